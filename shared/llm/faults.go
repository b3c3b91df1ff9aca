package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/leo-analytics/leo/shared/fault"
)

// failure is a try that did not work, and what that means for the next.
type failure struct {
	fault *fault.Fault
	// again says that another try may work, after wait if that is set.
	again bool
	wait  time.Duration
	// unsupported says that the request, not the endpoint, may be the trouble;
	// said is what the server said about it.
	unsupported bool
	said        string
}

// Error implements error.
func (f *failure) Error() string { return f.fault.Error() }

// Unwrap returns the fault.
func (f *failure) Unwrap() error { return f.fault }

// classify reads what went wrong out of an exchange and the library's error.
func (c *Client) classify(x *exchange, err error) *failure {
	said := c.redact(saidOf(err))
	cause := errors.New(said)
	switch {
	case x.tooLarge || errors.Is(err, errTooLarge):
		return &failure{fault: fault.Wrap(cause, fault.Model, "The model's response is larger than %d KiB.", c.cfg.MaxResponseBytes>>10).
			WithHint("Ask something narrower, or use another model.")}
	case errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated), errors.Is(err, openai.ErrReasoningModelLimitationsOther):
		return &failure{fault: nonsense(cause), unsupported: true, said: err.Error()}
	case x.status == 0:
		return c.unreachable(cause, err)
	case x.status == 200:
		return c.garbled(x, cause, err)
	}
	return c.refused(x, cause, said, codeOf(err))
}

// unreachable is for tries without a response.
func (c *Client) unreachable(cause, err error) *failure {
	f := fault.Wrap(cause, fault.Unavailable, "The model's endpoint cannot be reached.")
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		f = fault.Wrap(cause, fault.Unavailable, "The model did not answer within %s.", c.cfg.Timeout)
	}
	return &failure{again: true, fault: f.WithHint("Try again later. An administrator can check openai_base_url with `leo config check`.")}
}

// garbled is for a status of 200 and a body that is not an answer.
func (c *Client) garbled(x *exchange, cause, err error) *failure {
	switch {
	case errors.Is(err, errNotAStream):
		return &failure{fault: nonsense(cause), unsupported: true, said: "stream"}
	case errors.Is(err, errNotJSON):
		return &failure{fault: fault.Wrap(cause, fault.Model, "What answers at the model's address is not a model: it sent %q.", clip(x.contentType, 60)).
			WithHint("An administrator should check openai_base_url; it usually ends with /v1.")}
	case errors.Is(err, context.DeadlineExceeded):
		return c.unreachable(cause, err)
	}
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return &failure{again: true, fault: nonsense(cause)}
}

// refused is for every other status.
func (c *Client) refused(x *exchange, cause error, said, code string) *failure {
	switch s := x.status; {
	case s == 402, code == "insufficient_quota":
		return &failure{fault: fault.Wrap(cause, fault.BudgetExceeded, "The account behind the model's key is used up.").
			WithHint("An administrator should check the account's balance and limits.")}
	case s == 429:
		return &failure{again: true, wait: x.retryAfter, fault: fault.Wrap(cause, fault.RateLimited, "The model's endpoint takes no more requests for now.").
			WithHint("Try again %s.", when(x.retryAfter))}
	case s == 401 || s == 403:
		return &failure{fault: fault.Wrap(cause, fault.Model, "The model's endpoint does not accept Leo's key.").
			WithHint("An administrator should check openai_api_key, and that it may use the model %q.", c.cfg.Model)}
	case s == 408 || s == 425 || s == 409 || s >= 500 && s != 501:
		return &failure{again: true, wait: x.retryAfter, fault: fault.Wrap(cause, fault.Unavailable, "The model's endpoint is out of order (status %d).", s).
			WithHint("Try again %s.", when(x.retryAfter))}
	case s == 413 || code == "context_length_exceeded":
		return &failure{fault: fault.Wrap(cause, fault.Model, "The conversation is too long for the model.").
			WithHint("Start a new conversation, or use a model with a larger context.")}
	case s >= 300 && s < 400:
		return &failure{fault: fault.Wrap(cause, fault.Model, "The model's endpoint redirects to another address, which Leo does not follow.").
			WithHint("An administrator should set openai_base_url to the final address.")}
	default:
		return &failure{
			unsupported: s == 400 || s == 404 || s == 422 || s == 501, said: said,
			fault: fault.Wrap(cause, fault.Model, "The model's endpoint refuses Leo's requests (status %d).", s).
				WithHint("An administrator should check openai_base_url and the model %q; the endpoint's words are in the log.", c.cfg.Model),
		}
	}
}

func nonsense(cause error) *fault.Fault {
	return fault.Wrap(cause, fault.Model, "The model's endpoint sent something that is not an answer.").
		WithHint("Try again. If it happens again, an administrator finds what came in Leo's log.")
}

func tooManyCalls(n, limit int) *failure {
	return &failure{fault: fault.New(fault.Model, "The model asked for %d tools at once; %d are the limit.", n, limit).
		WithHint("Ask in another way, or use another model.")}
}

// resting is for a request that the breaker holds back.
func resting(wait time.Duration) *fault.Fault {
	return fault.New(fault.Unavailable, "The model's endpoint has failed several times in a row and is given a rest.").
		WithHint("Try again %s.", when(wait)).With("retry_after_s", int(wait.Seconds()+1))
}

// outOfTime is for a context that ended: cancelled by somebody, or at its deadline.
func outOfTime(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return context.Cause(ctx)
	}
	return fault.Wrap(err, fault.Unavailable, "The model did not answer in the time the run has.").
		WithHint("Ask something simpler, or try again later.")
}

func when(d time.Duration) string {
	if d <= 0 {
		return "in a moment"
	}
	return "in " + d.Round(time.Second).String()
}

// saidOf returns the server's own words, if the library kept them.
func saidOf(err error) string {
	var api *openai.APIError
	var raw *openai.RequestError
	switch {
	case errors.As(err, &api):
		return api.Message
	case errors.As(err, &raw):
		return string(raw.Body)
	}
	return err.Error()
}

// codeOf returns the server's code for what went wrong, or "".
func codeOf(err error) string {
	var api *openai.APIError
	if errors.As(err, &api) {
		if api.Code != nil {
			return fmt.Sprint(api.Code)
		}
		return api.Type
	}
	return ""
}

// redact takes keys out of a text and shortens it.
func (c *Client) redact(s string) string {
	if c.cfg.Key != "" {
		s = strings.ReplaceAll(s, c.cfg.Key, "***")
	}
	s = regexp.MustCompile(`(?i)(sk-|bearer +)[a-z0-9_*.\-]{6,}`).ReplaceAllString(s, "***")
	return clip(s, 500)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// read turns a reply into a response and applies the limits.
func (c *Client) read(req Request, said reply) (Response, error) {
	resp := Response{
		Text: spoken(said.text), Calls: said.calls, Cut: said.finish == openai.FinishReasonLength,
		Refused: said.refusal != "" || said.finish == openai.FinishReasonContentFilter,
	}
	if len(resp.Calls) == 0 && len(req.Tools) > 0 {
		if k, answer, ok := open(said.text, req.Tools); ok {
			resp.Text = answer
			if k.Name != "" {
				resp.Calls = []Call{k}
			}
		}
	}
	if len(resp.Calls) > c.cfg.MaxCalls {
		return Response{}, tooManyCalls(len(resp.Calls), c.cfg.MaxCalls)
	}
	for i := range resp.Calls {
		k := &resp.Calls[i]
		if len(k.Arguments) > c.cfg.MaxArgumentBytes || len(k.Name) > 64 || len(k.ID) > 256 {
			return Response{}, &failure{fault: fault.New(fault.Model, "The model wrote more than %d KiB for one tool.", c.cfg.MaxArgumentBytes>>10).
				WithHint("Ask something narrower, or use another model.")}
		}
		if k.ID == "" {
			k.ID = fmt.Sprintf("call_%d", i)
		}
		if fixed, ok := Repair(k.Arguments); ok && !json.Valid([]byte(k.Arguments)) {
			k.Arguments = string(fixed)
		}
	}
	if resp.Text == "" && len(resp.Calls) == 0 && !resp.Refused {
		return Response{}, &failure{again: true, fault: nonsense(errors.New("the answer is empty"))}
	}
	return resp, nil
}
