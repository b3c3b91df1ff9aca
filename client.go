package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/observe"
)

// client talks to a Leo server over its HTTP API.
type client struct {
	base  string
	token string
	http  *http.Client
	// own says that the server lives as long as the command.
	own bool
}

// connect returns a client for the configured server, for the one that runs at
// the listen address, or for one that lives as long as the command. stop ends
// the latter.
func (a *app) connect(c *cobra.Command) (*client, func(), error) {
	cfg, _, err := a.config(c)
	if err != nil {
		return nil, nil, err
	}
	cl := &client{base: strings.TrimSuffix(cfg.URL, "/"), token: cfg.Token, http: &http.Client{}}
	nothing := func() {}
	if cl.base != "" {
		return cl, nothing, cl.reach(c.Context(), reachNamed)
	}
	cl.base = "http://" + cfg.Listen
	if cl.reach(c.Context(), reachHere) == nil {
		return cl, nothing, nil
	}
	base, stop, err := a.ownServer(c.Context(), cfg)
	if err != nil {
		return nil, nil, err
	}
	cl.base, cl.own = base, true
	return cl, stop, nil
}

// ownServer runs Leo in this process, on a port of its own, over the same data.
func (a *app) ownServer(ctx context.Context, cfg config.Config) (string, func(), error) {
	cfg.Listen = "127.0.0.1:0"
	level := "error"
	if cfg.LogLevel == "debug" {
		level = cfg.LogLevel
	}
	log, err := observe.NewLogger(a.err, level, cfg.LogFormat)
	if err != nil {
		return "", nil, err
	}
	parent := ctx
	// The server outlives the command's interruption: a run that was interrupted
	// is still to be cancelled through it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	ready, done := make(chan string, 1), make(chan error, 1)
	u := &up{cfg: cfg, log: log, say: a.progress(), ready: func(url string) { ready <- url }}
	go func() { done <- u.run(ctx) }()
	select {
	case base := <-ready:
		return base, func() {
			cancel()
			if err := <-done; err != nil {
				report(a.err, err)
			}
		}, nil
	case err := <-done:
		cancel()
		return "", nil, err
	case <-parent.Done():
		cancel()
		return "", nil, errors.Join(fault.Wrap(parent.Err(), fault.Cancelled, "Stopped."), <-done)
	}
}

// How long a Leo may take to say that it is there: one that was named may be far away,
// behind names that are looked up, and one on this machine is here or is not.
const reachNamed, reachHere = 15 * time.Second, 2 * time.Second

// reach checks that a Leo answers.
func (c *client) reach(ctx context.Context, within time.Duration) error {
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	resp, err := c.send(bounded, http.MethodGet, "/healthz", nil, "")
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return fault.Wrap(err, fault.Unavailable, "No Leo answers at %s within %v.", c.base, within).
			WithHint("Start one with `leo up`, or set --url.")
	}
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// send makes one request and turns error responses into their faults.
func (c *client) send(ctx context.Context, method, path string, body io.Reader, contentType string) (*http.Response, error) {
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return c.sendWith(ctx, method, path, body, header)
}

// sendWith is send with headers of the caller's.
func (c *client) sendWith(ctx context.Context, method, path string, body io.Reader, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header = header
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fault.Wrap(err, fault.Cancelled, "Stopped.")
		}
		return nil, fault.Wrap(err, fault.Unavailable, "No Leo answers at %s.", c.base).
			WithHint("Start one with `leo up`, or set --url.")
	}
	if resp.StatusCode < 400 {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	var wrapped struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(data, &wrapped) == nil {
		if f, err := fault.Decode(wrapped.Error); err == nil {
			return nil, f
		}
	}
	return nil, fault.New(fault.Unavailable, "The server at %s answered %s.", c.base, resp.Status).
		WithHint("Is it a Leo?")
}

// call sends in as JSON (nil: no body) and decodes the response into out (nil:
// dropped).
func (c *client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	contentType := ""
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body, contentType = bytes.NewReader(data), "application/json"
	}
	resp, err := c.send(ctx, method, path, body, contentType)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if out == nil {
		return nil
	}
	dec := json.NewDecoder(resp.Body)
	dec.UseNumber()
	if err := dec.Decode(out); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The answer of %s cannot be read.", c.base)
	}
	return nil
}

// raw returns a response body as it is.
func (c *client) raw(ctx context.Context, path string) ([]byte, error) {
	resp, err := c.send(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// watchPatience is how often a broken stream is opened again without news: for
// about half a minute.
const watchPatience = 18

// watch calls fn for every event and note of a run until it ended.
func (c *client) watch(ctx context.Context, runID string, fn func(name string, data []byte) error) error {
	var last string
	for broken := 0; ; broken++ {
		before := last
		finished, err := c.stream(ctx, runID, &last, fn)
		// A server that restarts is away for a moment; the run goes on after it.
		away := fault.CodeOf(err) == fault.Unavailable && broken < watchPatience
		if finished || err != nil && !away {
			return err
		}
		if last != before {
			broken = 0
		}
		if err := pause(ctx, min(time.Duration(broken+1)*pollEvery, 2*time.Second)); err != nil {
			return err
		}
	}
}

// stream reads one SSE connection. It reports whether the run has ended; a
// connection that broke before that is opened again from last.
func (c *client) stream(ctx context.Context, runID string, last *string, fn func(string, []byte) error) (bool, error) {
	path := "/api/v1/runs/" + url.PathEscape(runID) + "/events"
	if *last != "" {
		path += "?after=" + *last
	}
	resp, err := c.send(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return false, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusNoContent {
		return true, nil
	}
	lines := bufio.NewReaderSize(resp.Body, 64<<10)
	var name string
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) || ctx.Err() == nil {
				return false, nil
			}
			return false, fault.Wrap(err, fault.Cancelled, "Stopped.")
		}
		field, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			*last = value
		case "event":
			name = value
		case "data":
			if err := fn(name, []byte(value)); err != nil {
				return false, err
			}
			if event.Kind(name).Terminal() {
				return true, nil
			}
		}
	}
}

// upload sends files as one dataset, without holding them in memory.
func (c *client) upload(ctx context.Context, id, title string, files []string, out any) error {
	pr, pw := io.Pipe()
	form := multipart.NewWriter(pw)
	go func() { _ = pw.CloseWithError(writeForm(form, id, title, files)) }()
	resp, err := c.send(ctx, http.MethodPost, "/api/v1/datasets", pr, form.FormDataContentType())
	_ = pr.Close()
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return json.NewDecoder(resp.Body).Decode(out)
}

func writeForm(form *multipart.Writer, id, title string, files []string) error {
	for name, value := range map[string]string{"id": id, "title": title} {
		if value == "" {
			continue
		}
		if err := form.WriteField(name, value); err != nil {
			return err
		}
	}
	for _, path := range files {
		part, err := form.CreateFormFile("file", filepath.Base(path))
		if err != nil {
			return err
		}
		if err := copyFile(part, path); err != nil {
			return err
		}
	}
	return form.Close()
}

func copyFile(w io.Writer, path string) error {
	f, err := os.Open(path) //nolint:gosec // a file the person named
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close())
}

// checkFiles says early what is wrong with files a person named.
func checkFiles(paths []string) error {
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			return fault.Wrap(err, fault.NotFound, "There is no file %s.", p).WithHint("Check the path.")
		case info.IsDir():
			return fault.New(fault.Validation, "%s is a directory.", p).WithHint("Name the files in it, for example %s/*.csv.", p)
		case info.Size() == 0:
			return fault.New(fault.Validation, "The file %s is empty.", p).WithHint("Add a file with a header line and at least one row.")
		}
		f, err := os.Open(p) //nolint:gosec // a file the person named
		if err != nil {
			return fault.Wrap(err, fault.Validation, "The file %s cannot be read.", p).WithHint("Check its permissions.")
		}
		_ = f.Close()
	}
	return nil
}
