// Command probe stands in for leo-runner in the conformance suite: it speaks the
// same protocol, and its statements are orders to look around or to misbehave.
//
// What it does before it is ready is ordered by the file "behaviour" in its data
// directory, because there is no request yet.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// probe is one run of the program.
type probe struct {
	mode, data, out, tmp string
	req                  protocol.Request
	resp                 protocol.Response
}

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case stage1.Command:
			os.Exit(stage1.Main(os.Args[2:]))
		case "child":
			forever()
		case "-version":
			fmt.Fprintln(os.Stdout, "leo-probe")
			os.Exit(0)
		case "hello":
			fmt.Fprint(os.Stdout, "hello")
			os.Exit(0)
		case "answer":
			answer(os.Args[2])
		}
	}
	p := &probe{}
	flag.StringVar(&p.mode, "mode", "", "sql or ingest")
	flag.StringVar(&p.data, "data", "", "data directory")
	flag.StringVar(&p.out, "out", "", "output directory")
	flag.StringVar(&p.tmp, "tmp", "", "temporary directory")
	memory := flag.Int("memory-mb", 0, "engine memory")
	threads := flag.Int("threads", 0, "engine threads")
	flag.Parse()
	if *memory == 0 || *threads == 0 {
		os.Exit(64)
	}
	p.beforeReady()
	say(protocol.Ready{Ready: true, Engine: "probe " + p.mode, OpenMS: 1})
	p.serve()
}

func (p *probe) beforeReady() {
	order, err := os.ReadFile(filepath.Join(p.data, "behaviour"))
	if err != nil {
		return
	}
	switch strings.TrimSpace(string(order)) {
	case "hang":
		forever()
	case "exit":
		os.Exit(7)
	case "garbage":
		fmt.Fprintln(os.Stdout, "hello, I am not a runner")
		forever()
	case "flood":
		flood(os.Stdout)
	case "alloc":
		alloc()
	case "fault":
		say(protocol.Ready{Fault: fault.New(fault.NotFound, "There is no dataset here.")})
		os.Exit(0)
	}
}

func (p *probe) serve() {
	line, err := bufio.NewReaderSize(os.Stdin, 1<<20).ReadBytes('\n')
	if err != nil {
		os.Exit(3)
	}
	if err := json.Unmarshal(line, &p.req); err != nil {
		os.Exit(4)
	}
	p.resp = protocol.Response{
		ID: p.req.ID, Status: protocol.OK,
		Columns: []protocol.Column{{Name: "name", Type: "VARCHAR"}, {Name: "value", Type: "VARCHAR"}},
	}
	order, arg, _ := strings.Cut(p.req.Statement, " ")
	arg = strings.ReplaceAll(arg, "{tmp}", p.tmp)
	if act, ok := p.orders()[order]; ok {
		act(arg)
	} else {
		p.fail(fault.Query, "unknown order "+order)
	}
	p.resp.RowCount = len(p.resp.Rows)
	say(p.resp)
	os.Exit(0)
}

// orders are what a statement can ask for, by its first word.
func (p *probe) orders() map[string]func(arg string) {
	return map[string]func(string){
		"facts":   func(string) { p.facts() },
		"echo":    func(arg string) { p.row("echo", arg) },
		"request": func(string) { p.row("timeout_ms", p.req.TimeoutMS); p.row("max_output_bytes", p.req.MaxOutputBytes) },
		"rows":    p.rows,
		"hang":    func(string) { forever() },
		"spin":    func(string) { spin() },
		"alloc":   func(string) { alloc() },
		"fork":    p.fork,
		"grab":    p.grab,
		"start":   p.start,
		"become":  p.become,
		"nest":    func(string) { p.nest() },
		"kill":    p.kill,
		"starve":  p.starve,
		"dial":    p.dial,
		"threads": func(string) { threads() },
		"flood":   floods,
		"drip":    func(string) { drip() },
		"say":     func(arg string) { p.lie(arg) },
		"crash":   func(string) { crash() },
		"mutter":  func(string) { p.mutter() },
		"garbage": func(string) { fmt.Fprintln(os.Stdout, "{\"status\":"); os.Exit(0) },
		"forge":   func(string) { p.resp.ID = "another" },
		"leave":   func(string) { _ = os.Stdout.Close(); forever() },
		"exit":    func(arg string) { code, _ := strconv.Atoi(arg); os.Exit(code) },
		"panic":   func(arg string) { panic("probe panics: " + arg) },
		"fault":   func(arg string) { p.fail(fault.Code(arg), "as ordered") },
		"read":    p.read,
		"write":   p.write,
		"fill":    p.fill,
		"files":   p.files,
		"net":     func(string) { p.net() },
		"output":  p.output,
		"linger":  func(string) { p.linger() },
	}
}

func (p *probe) row(name string, value any) {
	p.resp.Rows = append(p.resp.Rows, []any{name, fmt.Sprint(value)})
}

func (p *probe) rows(arg string) {
	n, _ := strconv.Atoi(arg)
	for i := range n {
		p.row(strconv.Itoa(i), strings.Repeat("x", 1000))
	}
}

func (p *probe) fail(code fault.Code, text string) {
	p.resp.Status, p.resp.Error = protocol.Error, fault.New(code, "%s", text)
	p.resp.Columns, p.resp.Rows = nil, nil
}

// mutter writes more to standard error than is kept and then answers.
func (p *probe) mutter() {
	for range 64 {
		_, _ = os.Stderr.WriteString(strings.Repeat("mutter ", 1024))
	}
}

// linger answers, stays, and then changes its output directory.
func (p *probe) linger() {
	say(p.resp)
	<-time.After(time.Second)
	_ = os.WriteFile(filepath.Join(p.out, "late"), []byte("late"), 0o600)
	forever()
}

func say(v any) {
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		os.Exit(5)
	}
}

func forever() {
	for {
		<-time.After(time.Hour)
	}
}

func spin() {
	for n := 0; ; n++ {
		if n < 0 {
			n = 0
		}
	}
}

// lie writes a line of somebody else's choice instead of a response.
func (p *probe) lie(line string) {
	fmt.Fprintln(os.Stdout, strings.ReplaceAll(line, "{id}", p.req.ID))
	os.Exit(0)
}

// drip never ends its line.
func drip() {
	for {
		fmt.Fprint(os.Stdout, " ")
		<-time.After(10 * time.Millisecond)
	}
}

func floods(where string) {
	if where != "stderr" && where != "stdout" {
		go flood(os.Stderr)
		flood(os.Stdout)
	}
	flood(map[string]*os.File{"stdout": os.Stdout, "stderr": os.Stderr}[where])
}

func flood(f *os.File) {
	line := strings.Repeat("flood ", 10_000)
	for {
		if _, err := f.WriteString(line); err != nil {
			os.Exit(6)
		}
	}
}

func alloc() {
	var held [][]byte
	for {
		block := make([]byte, 16<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
		if len(held) > 1<<20 {
			return
		}
	}
}
