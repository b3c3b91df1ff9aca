package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Lock closes the engine: no file, no network, no extension, no secret and no
// change of configuration until the process ends. What is already open stays
// readable. It fails unless everything is in force, and then the database must
// not be used.
func (db *DB) Lock(ctx context.Context) error {
	err := db.apply(ctx, []setting{
		// Results must not depend on where the process runs.
		{"TimeZone", "UTC"},
		// A temporary directory is silently an allowed directory, for writing too.
		{"temp_directory", ""},
		{"allow_persistent_secrets", "false"},
		{"enable_external_access", "false"},
		// Only after the previous one: without a file system the engine refuses to
		// change it.
		{noFileSystem, "LocalFileSystem"},
		{"max_expression_depth", "250"},
		{"lock_configuration", "true"},
	})
	if err != nil {
		return err
	}
	// The engine does not show this setting: ask for what it must prevent.
	_, err = db.Text(ctx, "SELECT file FROM glob('/')")
	var e *Error
	if !errors.As(err, &e) || e.Kind != "Permission" || !strings.Contains(e.Message, "LocalFileSystem") {
		return fmt.Errorf("lock engine: the file system is not disabled: %w", err)
	}
	return nil
}

// Confine is the lockdown of ingest, which must write: files only below the given
// directories, and the single files that are named, everything else as in
// [DB.Lock].
func (db *DB) Confine(ctx context.Context, files []string, dirs ...string) error {
	quoted := make([]string, len(dirs))
	for i, dir := range dirs {
		quoted[i] = QuoteText(strings.TrimSuffix(dir, "/") + "/")
	}
	if err := db.Exec(ctx, "SET allowed_directories = ["+strings.Join(quoted, ", ")+"]"); err != nil {
		return fmt.Errorf("lock engine: set allowed_directories: %w", err)
	}
	if len(files) > 0 {
		named := make([]string, len(files))
		for i, file := range files {
			named[i] = QuoteText(file)
		}
		if err := db.Exec(ctx, "SET allowed_paths = ["+strings.Join(named, ", ")+"]"); err != nil {
			return fmt.Errorf("lock engine: set allowed_paths: %w", err)
		}
	}
	return db.apply(ctx, []setting{
		{"TimeZone", "UTC"},
		{"allow_persistent_secrets", "false"},
		{"enable_external_access", "false"},
		{"max_expression_depth", "250"},
		{"lock_configuration", "true"},
	})
}

// noFileSystem is the one setting that cannot be read back.
const noFileSystem = "disabled_filesystems"

// apply sets everything in order and reads it back, together with what [Open]
// fixed.
func (db *DB) apply(ctx context.Context, list []setting) error {
	for _, s := range list {
		if err := db.Exec(ctx, "SET "+s.name+" = "+QuoteText(s.value)); err != nil {
			return fmt.Errorf("lock engine: set %s: %w", s.name, err)
		}
	}
	list = append(list,
		setting{"autoinstall_known_extensions", "false"},
		setting{"autoload_known_extensions", "false"},
		setting{"allow_community_extensions", "false"},
		setting{"allow_unsigned_extensions", "false"},
	)
	list = slices.DeleteFunc(list, func(s setting) bool { return s.name == noFileSystem })
	return db.readBack(ctx, list)
}

// readBack fails unless every setting has its value.
func (db *DB) readBack(ctx context.Context, list []setting) error {
	exprs := make([]string, len(list))
	for i, s := range list {
		exprs[i] = "CAST(current_setting(" + QuoteText(s.name) + ") AS VARCHAR)"
	}
	rows, err := db.Query(ctx, "SELECT "+strings.Join(exprs, ", "))
	if err != nil {
		return fmt.Errorf("lock engine: read settings: %w", err)
	}
	defer rows.Close()
	if !rows.Next(ctx) {
		return fmt.Errorf("lock engine: read settings: %w", rows.Err())
	}
	for i, s := range list {
		if got, _ := rows.Text(i); !strings.EqualFold(got, s.value) {
			return fmt.Errorf("lock engine: %s is %q instead of %q", s.name, got, s.value)
		}
	}
	return nil
}
