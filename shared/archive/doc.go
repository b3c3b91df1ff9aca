// Package archive keeps events beyond the bounds of the log's stream, in files that
// prove what they hold.
//
// An archive is a directory of segments. A segment is a file of lines, the first of
// which says where it begins and every other of which is one stored event, as it
// stood in the log:
//
//	00000000000000000001.log.gz   closed
//	00000000000000183204.log      open: lines are added at its end
//
// Each line has a hash over itself and the hash of the line before it, across
// segments, so that a line that was changed, left out, added or moved shows, and with it
// every line after it. A [Writer] adds lines; it says that they are kept only when the
// disk has them. A writer that was killed in the middle of a line leaves a piece of
// it, which the next one cuts off: nobody was told that it is kept. [Read] reads an
// archive and checks all of it on the way.
//
// A [Keeper] copies the log into an archive, from where the archive ends. What it was too
// late for, because the stream let go of it, is a line of its own: an archive has no
// gap that it does not tell of. While its disk is full or away it waits, and
// nothing else does.
package archive
