package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/embedded"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/observe"
)

func (a *app) tokenCommand() *cobra.Command {
	c := &cobra.Command{Use: "token", Short: "Create, list and revoke API tokens", Args: args(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.tokenCreate(), a.tokenList(), a.tokenRevoke())
	return c
}

func (a *app) tokenCreate() *cobra.Command {
	var org, role, name string
	var ttl time.Duration
	c := &cobra.Command{
		Use: "create", Short: "Create a token and print it once", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTokens(c, func(ctx context.Context, t *auth.Tokens) error {
				secret, rec, err := t.Create(ctx, auth.Request{Org: org, Role: auth.Role(role), Name: name, TTL: ttl})
				if err != nil {
					return err
				}
				fmt.Fprintf(a.err, "Token %s for org %s, role %s. It is shown once; only its hash is kept.\n", rec.ID, rec.Org, rec.Role)
				_, err = fmt.Fprintln(a.out, secret)
				return err
			})
		},
	}
	c.Flags().StringVar(&org, "org", localOrg, "organisation the token belongs to")
	c.Flags().StringVar(&role, "role", "analyst", "viewer, analyst, verifier or admin")
	c.Flags().StringVar(&name, "name", "cli", "the person or program the token is for")
	c.Flags().DurationVar(&ttl, "ttl", 0, "time until it expires; 0 never")
	return c
}

func (a *app) tokenList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the tokens, without their secrets", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTokens(c, func(ctx context.Context, t *auth.Tokens) error {
				all, err := t.List(ctx, "")
				if err != nil {
					return err
				}
				tw := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(tw, "ID\tORG\tROLE\tNAME\tCREATED\tEXPIRES\tREVOKED")
				for _, r := range all {
					fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Org, r.Role, plainText(r.Name), day(r.CreatedAt), day(r.ExpiresAt), day(r.RevokedAt))
				}
				return tw.Flush()
			})
		},
	}
}

func (a *app) tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: "Revoke a token; it stops working within two seconds", Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withTokens(c, func(ctx context.Context, t *auth.Tokens) error {
				if err := t.Revoke(ctx, "", given[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintln(a.out, "Revoked", given[0])
				return err
			})
		},
	}
}

// withTokens opens the token store: in the external NATS if one is configured,
// else in the data directory, which no running Leo may use at the same time.
func (a *app) withTokens(c *cobra.Command, fn func(context.Context, *auth.Tokens) error) error {
	cfg, _, err := a.config(c)
	if err != nil {
		return err
	}
	log, err := observe.NewLogger(a.err, "error", cfg.LogFormat)
	if err != nil {
		return err
	}
	ctx := c.Context()
	busCfg, stop, err := storeOf(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer stop()
	b, err := bus.Connect(ctx, busCfg, log)
	if err != nil {
		return err
	}
	defer func() { _ = b.Close(context.WithoutCancel(ctx)) }()
	if err := b.EnsureTopology(ctx); err != nil {
		return err
	}
	return fn(ctx, auth.NewTokens(b))
}

// storeOf says how to reach the deployment's log, starting the embedded server
// where the deployment is one process.
func storeOf(ctx context.Context, cfg config.Config, log *slog.Logger) (bus.Config, func(), error) {
	if cfg.NATSURL != "" {
		return busConfig(cfg, "cli"), func() {}, nil
	}
	server, err := embedded.Start(ctx, embedded.Config{StoreDir: filepath.Join(cfg.DataDir, "events"), Log: log})
	if err != nil {
		return bus.Config{}, nil, err
	}
	return bus.Config{InProcess: server.InProcess(), Name: "leo-cli"}, func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = server.Shutdown(closing)
	}, nil
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}
