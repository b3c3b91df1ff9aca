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
	// PlainAt takes the place of RunAt for a plain reading: nothing of the question
	// left over, no guess, no other column that fits.
	PlainAt float64
	// Margin is how far the best must lead the second to be run unasked.
	Margin float64
	// AskAt is the score from which a reading is worth asking about.
	AskAt float64
	// AskOne and AskMany take its place when the question names one thing, or
	// several, that the data does not have.
	AskOne, AskMany float64
	// Choices is the largest number of readings to ask about.
	Choices int
}

// DefaultPolicy runs readings that are right four times out of five or more, as
// cross-validation over databases says; see package confidence. It asks about
// the rest, unless nothing speaks for a reading or words that matter are not in
// the data.
func DefaultPolicy() Policy {
	return Policy{RunAt: 0.80, PlainAt: 0.65, Margin: 0.03, AskAt: 0.03, AskOne: 0.12, AskMany: 0.35, Choices: 4}
}

// Decision is an action and what it is about.
type Decision struct {
	Action Action
	// Readings are the one to run or those to choose from, best first.
	Readings []Reading
	// Unknown are the words not understood, for a refusal.
	Unknown []string
}

// Decide applies the policy to a result. One reading that is not sure enough is
// asked about on its own: did you mean this?
func Decide(r *Result, p Policy) Decision {
	if r == nil {
		return Decision{Action: Refuse}
	}
	refuse := Decision{Action: Refuse, Unknown: r.Unknown}
	if len(r.Readings) == 0 {
		return refuse
	}
	best := r.Readings[0]
	floor := []float64{p.AskAt, p.AskOne, p.AskMany}[min(len(r.Missing), 2)]
	if best.Score < floor {
		return refuse
	}
	ask := Decision{Action: Ask, Unknown: r.Unknown}
	for _, c := range r.Readings[:min(len(r.Readings), p.Choices)] {
		if c.Score >= max(p.AskAt, best.Score/2) {
			ask.Readings = append(ask.Readings, c)
		}
	}
	close := len(r.Readings) > 1 && (best.Tied || best.Score-r.Readings[1].Score < p.Margin)
	runAt := p.RunAt
	if best.Plain {
		runAt = p.PlainAt
	}
	if best.Score >= runAt && !close {
		return Decision{Action: Run, Readings: r.Readings[:1]}
	}
	return ask
}
