// Command inprocess is what sandboxes are measured against: DuckDB in the same
// process, its file open, its connection warm. It opens the prepared dataset in
// its argument, then answers each statement on a line of standard input with the
// nanoseconds it took, all rows read, and their number.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

func main() {
	db, err := engine.Open(engine.Options{Path: filepath.Join(os.Args[1], protocol.PreparedName), ReadOnly: true})
	if err != nil {
		fail(err)
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		took, n, err := measure(db, in.Text())
		if err != nil {
			fail(err)
		}
		fmt.Fprintln(os.Stdout, took.Nanoseconds(), n)
	}
}

func measure(db *engine.DB, statement string) (time.Duration, int, error) {
	began := time.Now()
	// As text, because that is how the engine is read here, too.
	rows, err := db.Query(context.Background(), "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ("+statement+")")
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	n := 0
	for rows.Next(context.Background()) {
		n++
	}
	return time.Since(began), n, rows.Err()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
