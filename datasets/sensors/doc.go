// Package sensors makes the demo dataset of a building with sixteen climate
// sensors in six locations, each read once an hour from 2024-10-01 to
// 2026-09-30.
//
// # Shape
//
//	sensors  one row per reading, by hour and then by sensor
//
// A sensor reads at its own minute of the hour. temp is in °C with two
// decimals, humidity in percent of relative humidity with one.
//
// # What a careful reader finds in it
//
// Temperature follows the year (coldest in January) and the day (warmest in the
// afternoon), strongly in the greenhouse and at the loading dock, hardly in the
// cold room and the server room; the office is heated on working days only. On
// top of it lie the sensor's own error, which never changes, and a drift that
// comes and goes over hours. Warm air reads drier.
//
// Excursions are short bursts of 1 to 6 readings far from the expected
// temperature: a door left open, a cooling that failed. anomaly_flag marks 97 % of
// their readings, and a few harmless ones. A faulty start of some sensors
// reads exactly 85.00.
//
// 0.6 % of readings are missing one by one. Each sensor is silent for a few
// longer spans, all of them from 2025-08-14 06:00 to 2025-08-16 14:00 (the
// network was down). S13 exists since 2025-03-10 only and S05 until 2026-05-18.
// S08 repeats one temperature for two days in April 2026. temp is NULL in 0.5 % of
// readings and humidity in 1 %; S11 measured no humidity from December 2025 to
// January 2026.
package sensors
