package llm

import (
	"context"
	"errors"
	"io"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// reply is an answer before anything was read into it.
type reply struct {
	text    string
	refusal string
	calls   []Call
	finish  openai.FinishReason
	input   int
	output  int
}

// What a server can get wrong with a status of 200.
var (
	errNoChoice   = errors.New("the response has no choice in it")
	errHalf       = errors.New("the stream ended before the answer did")
	errNotJSON    = errors.New("the response is not JSON")
	errNotAStream = errors.New("the response is not a stream of events")
)

// whole asks for the answer in one piece.
func (c *call) whole(ctx context.Context, x *exchange, body openai.ChatCompletionRequest) (reply, error) {
	resp, err := c.client.api.CreateChatCompletion(ctx, body)
	if err != nil {
		if x.status == 200 && !strings.Contains(x.contentType, "json") {
			return reply{}, errors.Join(errNotJSON, err)
		}
		return reply{}, err
	}
	if x.status != 200 || len(resp.Choices) == 0 {
		return reply{}, errNoChoice
	}
	choice := resp.Choices[0]
	r := reply{
		text: choice.Message.Content, refusal: choice.Message.Refusal, finish: choice.FinishReason,
		input: resp.Usage.PromptTokens, output: resp.Usage.CompletionTokens,
	}
	for _, k := range choice.Message.ToolCalls {
		r.calls = append(r.calls, Call{ID: k.ID, Name: k.Function.Name, Arguments: k.Function.Arguments})
	}
	return r, nil
}

// stream asks for the answer in pieces and puts them together. A stream without
// a finish reason was cut, however politely the connection was closed.
func (c *call) stream(ctx context.Context, x *exchange, body openai.ChatCompletionRequest) (reply, error) {
	s, err := c.client.api.CreateChatCompletionStream(ctx, body)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = s.Close() }() // nothing is read from it any more
	if x.contentType != "text/event-stream" {
		return reply{}, errNotAStream
	}
	a := assembly{out: c.passOn}
	for {
		chunk, err := s.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return a.reply(), err
		}
		if err := a.add(chunk, c.client.cfg.MaxCalls); err != nil {
			return a.reply(), err
		}
	}
	r := a.reply()
	if r.finish == "" {
		return r, errHalf
	}
	return r, nil
}

// passOn gives new text to the listener; begun is all of this try so far.
func (c *call) passOn(begun string) {
	if c.request.OnText == nil || len(begun) <= len(c.passed) || !strings.HasPrefix(begun, c.passed) {
		return
	}
	piece := begun[len(c.passed):]
	c.passed = begun
	c.request.OnText(piece)
}

// spoken is a text without the thoughts that some models write before it.
func spoken(text string) string {
	const begin, end = "<think>", "</think>"
	rest := strings.TrimLeft(text, " \n")
	if strings.HasPrefix(begin, rest) {
		return "" // not enough to tell
	}
	if !strings.HasPrefix(rest, begin) {
		return text
	}
	_, after, _ := strings.Cut(rest, end)
	return strings.TrimLeft(after, " \n")
}

// assembly puts the pieces of a stream together.
type assembly struct {
	out     func(begun string)
	text    strings.Builder
	refusal strings.Builder
	calls   []partial
	finish  openai.FinishReason
	usage   openai.Usage
}

// partial is a call of which more may come.
type partial struct {
	id, name  string
	arguments strings.Builder
}

func (a *assembly) add(chunk openai.ChatCompletionStreamResponse, maxCalls int) error {
	if chunk.Usage != nil {
		a.usage = *chunk.Usage
	}
	if len(chunk.Choices) == 0 {
		return nil
	}
	choice := chunk.Choices[0]
	if choice.FinishReason != "" {
		a.finish = choice.FinishReason
	}
	a.refusal.WriteString(choice.Delta.Refusal)
	for _, k := range choice.Delta.ToolCalls {
		if err := a.call(k, maxCalls); err != nil {
			return err
		}
	}
	if choice.Delta.Content != "" {
		a.text.WriteString(choice.Delta.Content)
		if len(a.calls) == 0 {
			a.out(spoken(a.text.String()))
		}
	}
	return nil
}

// call adds a piece of a tool call. Some servers number the pieces, some send
// each call whole.
func (a *assembly) call(k openai.ToolCall, maxCalls int) error {
	at := len(a.calls) - 1
	switch {
	case k.Index != nil:
		at = *k.Index
	case k.ID != "" || at < 0:
		at = len(a.calls)
	}
	if at < 0 || at > len(a.calls) || at >= maxCalls {
		return tooManyCalls(at+1, maxCalls)
	}
	if at == len(a.calls) {
		a.calls = append(a.calls, partial{})
	}
	p := &a.calls[at]
	if k.ID != "" {
		p.id = k.ID
	}
	p.name += k.Function.Name
	p.arguments.WriteString(k.Function.Arguments)
	return nil
}

func (a *assembly) reply() reply {
	r := reply{
		text: a.text.String(), refusal: a.refusal.String(), finish: a.finish,
		input: a.usage.PromptTokens, output: a.usage.CompletionTokens,
	}
	for i := range a.calls {
		p := &a.calls[i]
		r.calls = append(r.calls, Call{ID: p.id, Name: p.name, Arguments: p.arguments.String()})
	}
	return r
}
