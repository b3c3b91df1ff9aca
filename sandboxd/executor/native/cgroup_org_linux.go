package native

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// orgPrefix begins the names of the groups between an executor's and its sandboxes'.
// No sandbox is called so.
const orgPrefix = "org-"

// orgGroup names the group of an organisation, which may be called anything.
func orgGroup(org string) string {
	sum := sha256.Sum256([]byte(org))
	return orgPrefix + hex.EncodeToString(sum[:8])
}

// splits says that sandboxes of this place have a group of their organisation above
// them. They have it where processor time is shared out: the kernel gives every group
// beside others the same, so an organisation with forty sandboxes gets no more of a busy
// machine than one with a single one.
func (p place) splits(all []place) bool {
	if p.controller == "cpu" {
		return true
	}
	if !p.v2 {
		return false
	}
	for _, other := range all { // version 2 has one tree for all controllers
		if other.controller == "cpu" && other.v2 {
			return true
		}
	}
	return false
}

// enter makes the groups of an organisation, the first time one of its sandboxes needs
// them, and returns what is called when that sandbox is gone: the last one removes them.
func (c *cgroups) enter(org string) (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inside[org] == 0 {
		if err := c.makeOrg(org); err != nil {
			return nil, err
		}
	}
	if c.inside == nil {
		c.inside = map[string]int{}
	}
	c.inside[org]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.inside[org]--; c.inside[org] > 0 {
			return
		}
		delete(c.inside, org)
		for _, p := range c.places {
			if p.splits(c.places) {
				// One that is not empty, or not there any more, stays: close and
				// sweep remove what is left.
				_ = unix.Rmdir(filepath.Join(p.dir, orgGroup(org)))
			}
		}
	}, nil
}

func (c *cgroups) makeOrg(org string) error {
	for _, p := range c.places {
		if !p.splits(c.places) {
			continue
		}
		dir := filepath.Join(p.dir, orgGroup(org))
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
		if p.v2 {
			if err := enable(dir, p.controller); err != nil {
				return err
			}
		}
	}
	return nil
}

// inner are the directories of an executor's directory that hold sandboxes: itself and
// the groups of organisations.
func inner(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	dirs := []string{dir}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), orgPrefix) {
			dirs = append(dirs, filepath.Join(dir, e.Name()))
		}
	}
	return dirs, err
}
