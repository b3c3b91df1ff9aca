package engine

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Options says what to open and how much of the machine it may use.
type Options struct {
	// Path of the database file; empty opens a database in memory.
	Path string
	// ReadOnly opens the file without a write lock or a write-ahead log.
	ReadOnly bool
	// MemoryMB bounds the engine's buffer memory, in MiB; default 320. Some
	// allocations are not counted: the sandbox's own limit is the hard one.
	MemoryMB int
	// Threads is the number of worker threads; default 1.
	Threads int
	// TempDir is where large operations may spill; empty disables spilling.
	TempDir string
	// HomeDir is what the engine takes for the home directory of its user; empty
	// leaves it to the environment.
	HomeDir string
}

// DB is an open database with its one connection. It is not safe for concurrent
// use: a request is one sequence of statements.
type DB struct {
	db   mapping.Database
	conn mapping.Connection
	// dir is scrubbed from messages.
	dir string
}

// Version is the engine's version without a leading v, such as "1.5.5".
func Version() string {
	return strings.TrimPrefix(mapping.LibraryVersion(), "v")
}

// Open opens a database. Extensions can neither be installed nor loaded, and
// errors carry positions and candidates. The file system stays reachable until
// [DB.Lock] or [DB.Confine].
func Open(o Options) (*DB, error) {
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		return nil, errors.New("create engine configuration")
	}
	defer mapping.DestroyConfig(&config)
	for _, s := range o.settings() {
		if mapping.SetConfig(config, s.name, s.value) == mapping.StateError {
			return nil, fmt.Errorf("engine refuses setting %s=%s", s.name, s.value)
		}
	}
	db := &DB{}
	if o.Path != "" {
		db.dir = filepath.Dir(o.Path)
	}
	var message string
	if mapping.OpenExt(o.Path, &db.db, config, &message) == mapping.StateError {
		return nil, fmt.Errorf("open database: %w", db.parse(message))
	}
	if mapping.Connect(db.db, &db.conn) == mapping.StateError {
		mapping.Close(&db.db)
		return nil, errors.New("connect to database")
	}
	return db, nil
}

// Close releases the connection and the database. After writing, it is what
// makes the file complete.
func (db *DB) Close() {
	mapping.Disconnect(&db.conn)
	mapping.Close(&db.db)
}

// setting is one configuration option and its value.
type setting struct{ name, value string }

// settings lists what must be fixed before the database is opened.
func (o Options) settings() []setting {
	memory, threads := o.MemoryMB, o.Threads
	if memory <= 0 {
		memory = 320
	}
	if threads <= 0 {
		threads = 1
	}
	list := []setting{
		{"duckdb_api", "leo"},
		{"threads", strconv.Itoa(threads)},
		{"memory_limit", strconv.Itoa(memory) + "MiB"},
		{"preserve_insertion_order", "true"},
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
		{"allow_unsigned_extensions", "false"},
		{"errors_as_json", "true"},
		{"temp_directory", o.TempDir},
	}
	if o.HomeDir != "" {
		list = append(list, setting{"home_directory", o.HomeDir})
	}
	if o.ReadOnly {
		list = append(list, setting{"access_mode", "READ_ONLY"})
	}
	return list
}
