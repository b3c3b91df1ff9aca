// Command leo answers questions about data in plain language and proves every
// answer. `leo up` runs everything in one process; see README.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the process at once.
	context.AfterFunc(ctx, stop)
	code := program(ctx, os.Args[1:], stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: terminal(os.Stderr)})
	stop()
	os.Exit(code)
}

// stdio is what a command reads and writes.
type stdio struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	// terminal is where a line may be written over; nil where there is none.
	terminal io.Writer
}

// terminal returns f if it is a screen, and nil if it is a file or a pipe.
func terminal(f *os.File) io.Writer {
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return f
}

// program is the whole of leo but for the process around it: it returns the exit
// status, which is 0 or the one of the fault it printed.
func program(ctx context.Context, args []string, std stdio) int {
	// Answers, faults and names hold what files hold: nothing of it may drive
	// the terminal.
	std.out, std.err = plainWriter{std.out}, plainWriter{std.err}
	root := rootCommand(std)
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var silent exitError
	if errors.As(err, &silent) {
		return silent.code
	}
	var f *fault.Fault
	if !errors.As(err, &f) && strings.HasPrefix(err.Error(), "unknown command") {
		first, _, _ := strings.Cut(err.Error(), "\n")
		err = fault.Wrap(err, fault.Validation, "%s.", upperFirst(first)).WithHint("`leo --help` lists the commands.")
	}
	return report(std.err, err)
}

// plainWriter drops control characters, but for tabs and line ends, and the
// marks that turn the direction of text.
type plainWriter struct{ w io.Writer }

// Write implements io.Writer; it reports the bytes it was given.
func (p plainWriter) Write(data []byte) (int, error) {
	clean := bytes.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, data)
	if _, err := p.w.Write(clean); err != nil {
		return 0, err
	}
	return len(data), nil
}

// exitError ends the program with a status when everything was said already.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// report prints what went wrong and what to do, and returns the exit status.
func report(w io.Writer, err error) int {
	f := fault.From(err)
	fmt.Fprintf(w, "%s: %s\n", f.Code, f.Message)
	if f.Hint != "" {
		fmt.Fprintf(w, "  %s\n", f.Hint)
	}
	if cause := errors.Unwrap(f); cause != nil && f.Code == fault.Internal {
		fmt.Fprintf(w, "  cause: %v\n", cause)
	}
	return f.Code.ExitCode()
}

// app is what every command shares: streams and the configuration flags.
type app struct {
	stdio
	file string
}

// settingFlags are the settings that are also flags, by the flag's name.
func settingFlags() map[string]string {
	return map[string]string{
		"data-dir": "data_dir", "log-level": "log_level", "log-format": "log_format", "url": "url", "token": "token",
		"listen": "listen", "admin-listen": "admin_listen", "executor": "executor", unsafeFlag: "unsafe_sandbox",
	}
}

func rootCommand(std stdio) *cobra.Command {
	a := &app{stdio: std}
	root := &cobra.Command{
		Use:           "leo",
		Short:         "Answers questions about data in plain language, with proof",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, err) })
	root.PersistentFlags().StringVar(&a.file, "config", "", "configuration file (default leo.yaml, if it is there)")
	for _, name := range []string{"data-dir", "log-level", "log-format", "url", "token"} {
		root.PersistentFlags().String(name, "", settingDoc(settingFlags()[name]))
	}
	root.AddCommand(
		a.upCommand(), a.roleCommand("gateway"), a.roleCommand("planner"), a.roleCommand("sandboxd"), a.roleCommand("syncer"),
		a.askCommand(), a.imagesCommand(), a.datasetCommand(), a.evalCommand(), a.replayCommand(), a.historyCommand(), a.capsuleCommand(),
		a.tokenCommand(), a.configCommand(), a.doctorCommand(), a.healthCommand(), a.versionCommand(),
	)
	return root
}

// usage turns cobra's complaint into a fault.
func usage(c *cobra.Command, err error) error {
	return fault.Wrap(err, fault.Validation, "%s", upperFirst(err.Error())+".").
		WithHint("`%s --help` shows how it is used.", c.CommandPath())
}

// args wraps cobra's argument checks so that they fail as faults.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if err := check(c, given); err != nil {
			return usage(c, err)
		}
		return nil
	}
}

func settingDoc(key string) string {
	for _, s := range config.All() {
		if s.Key == key {
			return s.Doc
		}
	}
	return ""
}

// flags makes settings flags of one command.
func flags(c *cobra.Command, names ...string) {
	for _, name := range names {
		c.Flags().String(name, "", settingDoc(settingFlags()[name]))
		if name == unsafeFlag {
			c.Flags().Lookup(name).NoOptDefVal = "on"
		}
	}
}

// unsafeFlag is a switch: its name alone means on.
const unsafeFlag = "unsafe-sandbox"

// config loads the configuration with the flags this command was given.
func (a *app) config(c *cobra.Command) (config.Config, []config.Setting, error) {
	src := config.Sources{File: "leo.yaml", Flags: map[string]string{}}
	if a.file != "" {
		src.File, src.Required = a.file, true
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		if key, ok := settingFlags()[f.Name]; ok {
			src.Flags[key] = f.Value.String()
		}
	})
	return config.Load(src)
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, "leo", version)
			return err
		},
	}
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
