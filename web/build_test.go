package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources lists what the build is made from, as scripts/sources.mjs does:
// change the two together. Tests and mere types do not change a build.
func sources(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, root := range []string{"index.html", "package.json", "package-lock.json", "public", "src", "tsconfig.json", "vite.config.ts"} {
		err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name = filepath.ToSlash(name)
			if !regexp.MustCompile(`\.(test\.tsx?|d\.ts)$`).MatchString(name) {
				found = append(found, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(found)
	return found
}

func TestBuildIsFresh(t *testing.T) {
	all := sha256.New()
	for _, name := range sources(t) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		_, _ = fmt.Fprintf(all, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	stamp, err := dist.ReadFile("dist/BUILD.json")
	if err != nil {
		t.Fatalf("the build has no stamp: run make web (%v)", err)
	}
	var build struct {
		Sources string `json:"sources_sha256"`
	}
	if err := json.Unmarshal(stamp, &build); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(all.Sum(nil)); got != build.Sources {
		t.Fatalf("web/dist was built from other sources (%.12s, not %.12s): run make web", build.Sources, got)
	}
}

// The budgets, in bytes. What a first visit downloads is what a person waits for.
const (
	firstLoadBudget = 190_000
	lazyChunkBudget = 260_000
	distBudget      = 2_500_000
)

// linked returns what the index loads: scripts, styles, icons.
func linked(t *testing.T, s *Site) []string {
	t.Helper()
	index, ok := s.Find("/index.html")
	if !ok {
		t.Fatal("there is no index")
	}
	var links []string
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllSubmatch(index.Body, -1) {
		links = append(links, string(m[1]))
	}
	return links
}

func transferred(a Asset) int {
	if a.Gzip != nil {
		return len(a.Gzip)
	}
	return len(a.Body)
}

func TestBuildStaysWithinItsBudgets(t *testing.T) {
	s := site(t)
	first, raw := 0, 0
	links := linked(t, s)
	for _, p := range s.Paths() {
		a, _ := s.Find(p)
		raw += len(a.Body)
		switch {
		case !strings.HasSuffix(p, ".js"):
		case slices.Contains(links, p):
			first += transferred(a)
		case transferred(a) > lazyChunkBudget:
			t.Errorf("%s is %d bytes compressed, the budget of a later chunk is %d", p, transferred(a), lazyChunkBudget)
		}
	}
	if first == 0 || first > firstLoadBudget {
		t.Errorf("the first load is %d bytes of compressed JavaScript, the budget is %d", first, firstLoadBudget)
	}
	if raw > distBudget {
		t.Errorf("the build is %d bytes, the budget is %d", raw, distBudget)
	}
}

func TestPageLoadsOnlyItsOwnFiles(t *testing.T) {
	s := site(t)
	index, _ := s.Find("/index.html")
	for _, p := range linked(t, s) {
		if _, ok := s.Find(p); !ok {
			t.Errorf("the index loads %s, which the build does not hold", p)
		}
	}
	// The content security policy allows neither.
	for _, forbidden := range []string{"<style", "onload=", "javascript:", "<script>"} {
		if strings.Contains(string(index.Body), forbidden) {
			t.Errorf("the index contains %s", forbidden)
		}
	}
}

// Nothing may be left over from an earlier build: every chunk is reachable from
// the index.
func TestBuildHoldsNoStaleChunks(t *testing.T) {
	s := site(t)
	reached := map[string]bool{}
	queue := append(linked(t, s), "/index.html")
	name := regexp.MustCompile(`[\w.-]+\.(?:js|css)`)
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		a, ok := s.Find(p)
		if !ok || reached[p] {
			continue
		}
		reached[p] = true
		for _, m := range name.FindAll(a.Body, -1) {
			queue = append(queue, "/assets/"+string(m))
		}
	}
	for _, p := range s.Paths() {
		if strings.HasPrefix(p, "/assets/") && !reached[p] {
			t.Errorf("%s is left over from an earlier build", p)
		}
	}
}
