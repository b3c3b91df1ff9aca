package rules

// Action is what to do with a result.
type Action string

// The actions.
const (
	// Run the only reading of the decision.
	Run Action = "run"
	// Ask the person to choose one of the decision's readings.
	Ask Action = "ask"
	// Refuse, naming the words that were not understood.
	Refuse Action = "refuse"
)

// Policy holds the thresholds of [Decide]. Scores are those of [Reading].
type Policy struct {
	// RunAt is the score from which the best reading is run.
	RunAt float64
	// Margin is how far the best must lead the second to be run unasked.
	Margin float64
	// AskAt is the score from which a reading is worth asking about.
	AskAt float64
	// Choices is the largest number of readings to ask about.
	Choices int
}

// DefaultPolicy runs readings that score 0.62 and lead by 0.06, and asks about
// two to four that score at least 0.52.
func DefaultPolicy() Policy {
	return Policy{RunAt: 0.62, Margin: 0.06, AskAt: 0.52, Choices: 4}
}

// Decision is an action and what it is about.
type Decision struct {
	Action Action
	// Readings are the one to run or those to choose from, best first.
	Readings []Reading
	// Unknown are the words not understood, for a refusal.
	Unknown []string
}

// Decide applies the policy to a result.
func Decide(r *Result, p Policy) Decision {
	if r == nil || len(r.Readings) == 0 {
		d := Decision{Action: Refuse}
		if r != nil {
			d.Unknown = r.Unknown
		}
		return d
	}
	best := r.Readings[0]
	var close []Reading
	for _, c := range r.Readings {
		if c.Score >= p.AskAt && best.Score-c.Score < p.Margin && len(close) < p.Choices {
			close = append(close, c)
		}
	}
	switch {
	case len(close) >= 2:
		return Decision{Action: Ask, Readings: close, Unknown: r.Unknown}
	case best.Score >= p.RunAt:
		return Decision{Action: Run, Readings: r.Readings[:1]}
	}
	return Decision{Action: Refuse, Unknown: r.Unknown}
}
