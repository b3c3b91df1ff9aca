// Package support makes the demo dataset of a help desk of a software product:
// 33 months of tickets, created from 2024-01-01 to 2026-09-30, as they stood at
// the end of that last day.
//
// # Shape
//
//	tickets  one row per ticket, by time of creation; ticket_id rises
//
// A ticket is resolved in time when resolved_at-created_at is at most 4 hours
// for P1, 16 for P2, 48 for P3 and 120 for P4; sla_met says so. It is false,
// too, for an open ticket whose time is over, and NULL for an open one that
// still has time.
//
// # What a careful reader finds in it
//
// Growth of about 60 %; busy Mondays, quiet weekends, two peaks a day; low in
// August and at Christmas. Four incidents bring several times the usual number,
// nearly all about login or performance, and slow everything else for three
// days. A weekend without any ticket (2024-09-14 and 15, the desk moved to
// another system). The second half of 2025 is slow (few people), 2026 from
// February is fast.
//
// P3 and P4 tickets of a weekend wait for Monday. 1.2 % are spam and closed
// within minutes; 0.4 % took twenty times as long as they should have; 0.9 %
// were forgotten and are still open, with most of the tickets of the last days.
//
// csat_score, 1 to 5, exists since 2024-03-01, for resolved tickets, where the
// customer answered: about four in ten. Missing the target costs about one and a
// half points.
package support
