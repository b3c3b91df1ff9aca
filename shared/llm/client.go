package llm

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/leo-analytics/leo/shared/fault"
)

// Client talks to one model at one endpoint. It may be used by several goroutines
// at once.
type Client struct {
	cfg       Config
	api       *openai.Client
	transport *transport
	breaker   *breaker
	figures   *figures

	mu      sync.Mutex // guards dialect
	dialect dialect
}

// New returns a client that has not sent anything yet.
func New(cfg Config) (*Client, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	t := newTransport(cfg)
	api := openai.DefaultConfig(cfg.Key)
	api.BaseURL, api.HTTPClient = cfg.BaseURL, t
	c := &Client{
		cfg: cfg, api: openai.NewClientWithConfig(api), transport: t,
		breaker: &breaker{after: cfg.BreakerAfter, hold: cfg.BreakerFor, now: cfg.now},
	}
	c.figures = newFigures(c)
	return c, nil
}

// Model returns the model's name.
func (c *Client) Model() string { return c.cfg.Model }

// Close lets go of idle connections.
func (c *Client) Close() { c.transport.client.CloseIdleConnections() }

// Chat sends one turn. The usage in the response is filled in also when an error
// is returned. The error is the context's if the context was cancelled, and a
// fault of the codes in the package comment otherwise.
func (c *Client) Chat(ctx context.Context, req Request) (Response, error) {
	call := &call{client: c, request: req, dialect: c.settled()}
	call.usage.Model = c.cfg.Model
	resp, err := call.run(ctx)
	resp.Usage = call.usage
	c.figures.count(call.usage, err)
	return resp, err
}

func (c *Client) settled() dialect {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dialect
}

func (c *Client) settle(d dialect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dialect = d
}

// call is one call of Chat on its way through its tries.
type call struct {
	client  *Client
	request Request
	dialect dialect
	usage   Usage
	passed  string // text that went to OnText
}

// maxAdaptations bounds how often one call may change the dialect.
const maxAdaptations = 8

func (c *call) run(ctx context.Context) (Response, error) {
	adapted := 0
	for try := 0; ; {
		wait, ok := c.client.breaker.allow()
		if !ok {
			return Response{}, resting(wait)
		}
		resp, err := c.try(ctx)
		if err == nil {
			c.client.breaker.success()
			c.client.settle(c.dialect)
			return resp, nil
		}
		if ctx.Err() != nil {
			c.client.breaker.abandon()
			return Response{}, outOfTime(ctx, err)
		}
		var f *failure
		if !errors.As(err, &f) {
			c.client.breaker.abandon()
			return Response{}, err
		}
		if f.unsupported && adapted < maxAdaptations {
			if next, ok := c.dialect.without(f.said, c.request); ok {
				c.client.breaker.abandon()
				c.dialect = next
				adapted++
				continue
			}
		}
		c.judge(f)
		if !f.again || try >= c.client.cfg.Retries {
			return Response{}, f.fault
		}
		if !c.rest(ctx, try, f.wait) {
			return Response{}, f.fault
		}
		try++
		// Some servers do not refuse a schema that is too much for them: they break.
		if try > 1 && f.fault.Code != fault.RateLimited && c.dialect.level == schemaFormat {
			c.dialect.level = objectFormat
		}
	}
}

// judge tells the breaker what a failure says about the endpoint: one that asks
// for a pause, or refuses this request, is alive.
func (c *call) judge(f *failure) {
	if f.again && f.fault.Code != fault.RateLimited {
		c.client.breaker.failure()
		return
	}
	c.client.breaker.abandon()
}

// maxPause bounds the pause that the client chooses itself.
const maxPause = 8 * time.Second

// rest pauses before the next try, and reports false where the context does not
// leave time for it.
func (c *call) rest(ctx context.Context, try int, asked time.Duration) bool {
	pause := min(c.client.cfg.Pause<<min(try, 10), maxPause)
	pause = pause/2 + rand.N(pause/2+1) //nolint:gosec // spreads tries; nothing secret
	if asked > 0 {
		pause = asked + rand.N(asked/10+1) //nolint:gosec // likewise
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
		return false
	}
	if asked > c.client.cfg.Timeout {
		return false
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// try sends the request once.
func (c *call) try(ctx context.Context) (Response, error) {
	began := time.Now()
	sending, x := withExchange(ctx)
	sending, cancel := context.WithTimeout(sending, c.client.cfg.Timeout)
	defer cancel()
	defer func() {
		c.usage.Requests++
		c.usage.MS += float64(time.Since(began).Microseconds()) / 1000
	}()
	body, err := c.dialect.encode(c.client.cfg.Model, c.request)
	if err != nil {
		return Response{}, err
	}
	var said reply
	if body.Stream {
		said, err = c.stream(sending, x, body)
	} else {
		said, err = c.whole(sending, x, body)
	}
	c.charge(said, body)
	if err != nil {
		return Response{}, c.client.classify(x, err)
	}
	return c.client.read(c.request, said)
}

// charge adds what a try cost. A server that reports nothing is estimated, so
// that a budget means something everywhere.
func (c *call) charge(said reply, body openai.ChatCompletionRequest) {
	in, out := said.input, said.output
	if in == 0 && out == 0 && (said.text != "" || len(said.calls) > 0) {
		for _, m := range body.Messages {
			in += EstimateTokens(m.Content)
		}
		out = EstimateTokens(said.text)
		for _, k := range said.calls {
			out += EstimateTokens(k.Arguments)
		}
	}
	c.usage.InputTokens += in
	c.usage.OutputTokens += out
	c.usage.CostUSD += (float64(in)*c.client.cfg.PriceIn + float64(out)*c.client.cfg.PriceOut) / 1e6
}
