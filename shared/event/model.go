package event

// Road says how a statement was made, and by whom.
type Road string

// The roads, from the most to the least trusted.
const (
	RoadVerified    Road = "verified"
	RoadRulesPlan   Road = "plan_by_rules"
	RoadModelPlan   Road = "plan_by_model"
	RoadModelSQL    Road = "sql_by_model"
	RoadModelPython Road = "python_by_model"
	RoadPersonPlan  Road = "plan_by_person"
	RoadPersonSQL   Road = "sql_by_person"
	RoadPerson      Road = "python_by_person"
)

// Roads returns every road, from the most to the least trusted.
func Roads() []Road {
	return []Road{
		RoadVerified, RoadRulesPlan, RoadModelPlan, RoadModelSQL, RoadModelPython, RoadPersonPlan, RoadPersonSQL, RoadPerson,
	}
}

// Road returns how the statement was made.
func (p Planned) Road() Road {
	switch {
	case p.Origin == OriginVerified:
		return RoadVerified
	case p.Origin == OriginRules:
		return RoadRulesPlan
	case p.Origin == OriginModel && len(p.Plan) > 0:
		return RoadModelPlan
	case p.Origin == OriginModel && p.Python != "":
		return RoadModelPython
	case p.Origin == OriginModel:
		return RoadModelSQL
	case len(p.Plan) > 0:
		return RoadPersonPlan
	case p.Python != "":
		return RoadPerson
	}
	return RoadPersonSQL
}

// ModelStep is what a model did on the way to one statement. With the catalogue,
// the clock and the results of earlier steps it is the whole conversation: what
// the other tools answered follows from those and is not stored.
type ModelStep struct {
	Turns []ModelTurn `json:"turns"`
	// Usage is of this step alone.
	Usage ModelUsage `json:"usage"`
}

// ModelTurn is one message of the model. The last call of the last turn that asks
// to run something is the statement.
type ModelTurn struct {
	Text  string      `json:"text,omitempty"`
	Calls []ModelCall `json:"calls"`
}

// ModelCall is one use of a tool, as the model wrote it.
type ModelCall struct {
	ID        string `json:"id"`
	Tool      string `json:"tool"`
	Arguments string `json:"arguments"`
}

// ModelUsage is what asking a model cost.
type ModelUsage struct {
	Model        string  `json:"model"`
	InputTokens  int     `json:"input_tokens"`
	OutputTokens int     `json:"output_tokens"`
	CostUSD      float64 `json:"cost_usd"`
	Requests     int     `json:"requests"`
	// MS is the time of the requests together, in milliseconds.
	MS float64 `json:"ms"`
}

// Tokens returns those of both directions.
func (u ModelUsage) Tokens() int { return u.InputTokens + u.OutputTokens }

// Add returns the sum of two usages.
func (u ModelUsage) Add(v ModelUsage) ModelUsage {
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

// Usage returns the figures as a run reports them.
func (u ModelUsage) Usage() Usage {
	return Usage{InputTokens: u.InputTokens, OutputTokens: u.OutputTokens, CostUSD: u.CostUSD, Model: u.Model, ModelMS: u.MS}
}
