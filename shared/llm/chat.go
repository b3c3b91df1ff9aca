package llm

import "encoding/json"

// Role says who speaks in a message.
type Role string

// The roles.
const (
	// System is Leo.
	System Role = "system"
	// User is who asks, and data that is shown to the model.
	User Role = "user"
	// Assistant is the model.
	Assistant Role = "assistant"
	// Result is what a tool call led to.
	Result Role = "tool"
)

// Message is one part of a conversation.
type Message struct {
	Role Role
	Text string
	// Calls are what an assistant's message asks for. A Result must follow for
	// each, in order.
	Calls []Call
	// CallID names the call a Result belongs to.
	CallID string
}

// Tool is something a model may ask for.
type Tool struct {
	// Name is made of letters, digits and underscores.
	Name        string
	Description string
	// Schema is the JSON Schema of the arguments: an object. Fields that are not
	// required may also come as null.
	Schema json.RawMessage
}

// Call is a model's wish to use a tool. Nothing about it has been checked but its
// size.
type Call struct {
	ID   string
	Name string
	// Arguments is what the model wrote: JSON, if it kept to the rules.
	Arguments string
}

// Request is one turn of a conversation.
type Request struct {
	Messages []Message
	Tools    []Tool
	// MaxTokens bounds the answer. 0: 2048.
	MaxTokens int
	// OnText, when set, gets the text of the answer in pieces as it comes, where
	// the endpoint streams. It is called from the goroutine of Chat. A try after a
	// broken one passes on only what goes beyond what was passed on before.
	OnText func(piece string)
}

// Response is what the model said.
type Response struct {
	Text  string
	Calls []Call
	// Refused says that the model declined, in the endpoint's own terms.
	Refused bool
	// Cut says that the answer ended at MaxTokens.
	Cut   bool
	Usage Usage
}

// Usage is what a call of Chat cost, over all its tries that were answered.
type Usage struct {
	Model        string
	InputTokens  int
	OutputTokens int
	// CostUSD is 0 when no prices are configured.
	CostUSD float64
	// Requests counts the requests that were sent, and MS their time together.
	Requests int
	MS       float64
}

// Add returns the sum of two usages.
func (u Usage) Add(v Usage) Usage {
	if v.Model != "" {
		u.Model = v.Model
	}
	u.InputTokens += v.InputTokens
	u.OutputTokens += v.OutputTokens
	u.CostUSD += v.CostUSD
	u.Requests += v.Requests
	u.MS += v.MS
	return u
}

// EstimateTokens is about how many tokens a text has: a quarter of its bytes. It
// is used for budgets where a server reports no usage.
func EstimateTokens(text string) int { return (len(text) + 3) / 4 }
