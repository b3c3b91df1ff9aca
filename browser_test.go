package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
)

// browser is a real Chromium with one tab, and what it complained about.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps its tab in a context

	mu       sync.Mutex // guards complaints and foreign
	trouble  []string
	requests []string
}

// chromium finds the browser; without one the test is skipped, or fails where
// LEO_REQUIRE asks for it.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if slices.Contains(strings.Split(os.Getenv("LEO_REQUIRE"), ","), "chromium") { //nolint:forbidigo // the tests' own switch
		t.Fatal("there is no Chromium, and LEO_REQUIRE names it")
	}
	t.Skip("there is no Chromium")
	return ""
}

func openBrowser(t *testing.T, width, height int) *browser {
	t.Helper()
	opts := append(
		slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(width, height),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("no-first-run", true),
	)
	alloc, stopAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, stopTab := chromedp.NewContext(alloc)
	ctx, stopClock := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(func() { stopClock(); stopTab(); stopAlloc() })
	b := &browser{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	return b
}

// listen notes errors on the console and every request.
func (b *browser) listen(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			b.trouble = append(b.trouble, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// do runs actions; on a failure it says what the page shows.
func (b *browser) do(what string, actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		var page string
		_ = chromedp.Run(b.ctx, chromedp.Evaluate(`document.body.innerText`, &page))
		b.t.Fatalf("%s: %v\nthe page shows:\n%s", what, err, page)
	}
}

// until waits for a JavaScript condition.
func (b *browser) until(what, condition string) {
	b.t.Helper()
	b.do("waiting for "+what, chromedp.Poll(condition, nil, chromedp.WithPollingTimeout(45*time.Second)))
}

// pick chooses a dataset in the picker.
func (b *browser) pick(title string) {
	b.t.Helper()
	b.do("opening the picker", chromedp.Click(`button[aria-haspopup="listbox"]`))
	option := fmt.Sprintf(`//*[@role="option"][contains(., %q)]`, title)
	b.do("picking "+title, chromedp.WaitVisible(option), chromedp.Click(option))
	b.until("the list closing", `document.querySelector('[role="listbox"]') === null`)
	b.until(title+" being chosen", fmt.Sprintf(`document.querySelector('button[aria-haspopup="listbox"]')?.innerText.includes(%q)`, title))
}

// click clicks until the page reacts: a click that meets a closing popover, or a
// page that is about to draw itself anew, is lost for a person too.
func (b *browser) click(what, button, reaction string) {
	b.t.Helper()
	for range 4 {
		b.do("clicking "+what, chromedp.WaitEnabled(button), chromedp.Click(button))
		if chromedp.Run(b.ctx, chromedp.Poll(reaction, nil, chromedp.WithPollingTimeout(5*time.Second))) == nil {
			return
		}
	}
	b.t.Fatalf("the page does not react to %s", what)
}

// titleOf is what the picker calls a demo dataset.
func titleOf(t *testing.T, id string) string {
	t.Helper()
	d, err := datasets.LoadRegistry().Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Title
}

// screenshot keeps a picture where LEO_SHOTS points to.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	dir := os.Getenv("LEO_SHOTS") //nolint:forbidigo // the tests' own switch
	if dir == "" {
		return
	}
	var png []byte
	b.do("taking a picture", chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// checkClean fails for errors on the console and for requests to other hosts.
func (b *browser) checkClean(base string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.trouble) > 0 {
		b.t.Errorf("the console shows errors: %v", b.trouble)
	}
	for _, url := range b.requests {
		if !strings.HasPrefix(url, base) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") {
			b.t.Errorf("the page asked for %s", url)
		}
	}
}

// answered is true when the newest card is finished and says so.
const answered = `(() => { const c = [...document.querySelectorAll('article')].at(-1); return c && c.getAttribute('aria-busy') === 'false' && /Answered/.test(c.innerText); })()`

func TestThePageAnswersEveryPrompt(t *testing.T) {
	l := shared(t)
	b := openBrowser(t, 1280, 900)
	b.do("opening the page", chromedp.Navigate(l.base), chromedp.WaitVisible(`#question`))
	n := 0
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(t, d.ID) {
			b.do("a new question", chromedp.Navigate(l.base), chromedp.WaitVisible(`#question`))
			b.pick(d.Title)
			prompt := fmt.Sprintf(`//button[normalize-space(.)=%q]`, q.Question)
			b.click("the prompt "+q.Question, prompt, `document.querySelector('article') !== null`)
			b.until("the answer to "+q.Question, answered)
			b.screenshot(d.ID + "-" + q.ID)
			n++
		}
	}
	b.checkClean(l.base)
	t.Logf("COUNT %d prompts answered in a browser\n", n)
}

func TestThePageShowsTheProofAndSurvivesAReload(t *testing.T) {
	l := shared(t)
	b := openBrowser(t, 1280, 900)
	b.do("asking", chromedp.Navigate(l.base), chromedp.WaitVisible(`#question`))
	b.pick(titleOf(t, "support"))
	b.do("typing", chromedp.SendKeys(`#question`, "How many tickets are there by priority?\r"))
	b.until("the answer", answered)
	b.until("its own address", `location.pathname.startsWith('/runs/')`)
	b.do("opening the proof", chromedp.Click(`//button[contains(., "How this was computed")]`))
	b.until("the SQL", `/SELECT/.test(document.body.innerText)`)
	b.screenshot("proof")
	b.do("reloading", chromedp.Reload(), chromedp.WaitVisible(`#question`))
	b.until("the answer after a reload", answered)
	b.checkClean(l.base)
}

func TestThePageSaysWhyItRefuses(t *testing.T) {
	l := shared(t)
	b := openBrowser(t, 390, 844)
	b.do("asking", chromedp.Navigate(l.base), chromedp.WaitVisible(`#question`))
	b.do("typing", chromedp.SendKeys(`#question`, "frobnicate the quuxes\r"))
	b.until("the refusal", `/frobnicate/.test([...document.querySelectorAll('article')].at(-1)?.innerText ?? '') && document.querySelector('article').getAttribute('aria-busy') === 'false'`)
	b.screenshot("refused-phone")
	var sideways bool
	b.do("measuring", chromedp.Evaluate(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &sideways))
	if sideways {
		t.Error("the page scrolls sideways on a phone")
	}
	b.checkClean(l.base)
}

// enter types lines with a press of Enter after each. SendKeys alone would put a
// line end into the box even where the page forbids it.
func (b *browser) enter(lines ...string) {
	b.t.Helper()
	for _, line := range lines {
		b.do("typing "+line, chromedp.SendKeys(`#question`, line),
			input.DispatchKeyEvent(input.KeyDown).WithKey("Enter").WithCode("Enter").WithText("\r").WithWindowsVirtualKeyCode(13),
			input.DispatchKeyEvent(input.KeyUp).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13))
	}
}

// Code in a fence is run as code: Enter makes lines until the fence is closed,
// and asks after that.
func TestThePageRunsFencedPython(t *testing.T) {
	l := start(t, withPython(t))
	b := openBrowser(t, 1280, 900)
	b.do("opening the page", chromedp.Navigate(l.base), chromedp.WaitVisible(`#question`))
	b.pick(titleOf(t, "support"))
	b.enter("```python", "print('rows:', len(tickets))", "result = tickets.groupby('priority').size()")
	var typed string
	b.do("reading the box", chromedp.Value(`#question`, &typed))
	if lines := strings.Count(typed, "\n"); lines != 3 {
		t.Fatalf("the box has %d line ends: %q", lines, typed)
	}
	b.enter("```")
	b.until("the answer", answered)
	b.screenshot("python")
	b.until("what it printed", `/rows: 25232/.test(document.querySelector('article').innerText)`)
	b.do("reading the box", chromedp.Value(`#question`, &typed))
	if typed != "" {
		t.Errorf("the box still holds %q", typed)
	}
	b.do("opening the proof", chromedp.Click(`//button[contains(., "How this was computed")]`))
	b.until("the code", `/groupby/.test(document.querySelector('article').innerText)`)
	b.screenshot("python-proof")
	b.enter("```python", "print('just text')", "```")
	b.until("the printed text", answered+` && /just text/.test([...document.querySelectorAll('article')].at(-1).innerText)`)
	var page string
	b.do("reading the answer", chromedp.Evaluate(`[...document.querySelectorAll('article')].at(-1).innerText`, &page))
	if strings.Contains(page, "found no rows") {
		t.Errorf("a program that printed is told to loosen its filters:\n%s", page)
	}
	b.screenshot("python-printed")
	b.enter("```python", "import os", "result = os.listdir('/')", "```")
	b.until("the refusal", `/module os is not available/.test([...document.querySelectorAll("article")].at(-1).innerText) && /PYTHON_POLICY_VIOLATION/.test([...document.querySelectorAll("article")].at(-1).innerText)`)
	b.screenshot("python-refused")
	b.checkClean(l.base)
}
