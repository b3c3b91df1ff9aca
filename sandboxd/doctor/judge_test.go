package doctor

import (
	"errors"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

func TestOnlyWhatWasTriedAndRefusedPasses(t *testing.T) {
	var skip skipped
	for name, c := range map[string]struct {
		found  findings
		passes bool
		skips  bool
	}{
		"refused":        {findings{"tcp:a": {refused, "no"}, "udp:b": {done, "sent"}}, true, false},
		"one of two":     {findings{"tcp:a": {refused, "no"}, "tcp:b": {done, "connected"}}, false, false},
		"nothing tried":  {findings{"udp:a": {refused, "no"}}, false, false},
		"nothing at all": {findings{}, false, false},
		"only looked at": {findings{"tcp:a": {seen, "x"}}, false, false},
		"not here":       {findings{"tcp:a": {unsupported, "another system"}}, false, true},
		"new words":      {findings{"tcp:a": {"maybe", "x"}}, false, false},
	} {
		_, err := c.found.refused("tcp:")
		if (err == nil) != c.passes || errors.As(err, &skip) != c.skips {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilesAreJudgedBesideOnesOwn(t *testing.T) {
	e := &examination{}
	own := protocol.DataDir + "/" + protocol.PreparedName
	for name, c := range map[string]struct {
		judge func(findings) (string, error)
		found findings
		want  string
	}{
		"own only":            {e.readsOwnOnly, findings{own: {done, "read"}, "/etc/shadow": {refused, "no"}}, ""},
		"another's":           {e.readsOwnOnly, findings{own: {done, "read"}, "/secret": {done, "read"}}, "/secret"},
		"not even own":        {e.readsOwnOnly, findings{own: {refused, "no"}, "/secret": {refused, "no"}}, "cannot be read either"},
		"temporary only":      {e.writesTmpOnly, findings{protocol.TmpDir: {done, "w"}, "/etc": {refused, "no"}}, ""},
		"elsewhere":           {e.writesTmpOnly, findings{protocol.TmpDir: {done, "w"}, "/etc": {done, "w"}}, "/etc"},
		"not even there":      {e.writesTmpOnly, findings{protocol.TmpDir: {refused, "no"}, "/": {refused, "no"}}, "cannot be written either"},
		"nobody":              {isNobody, findings{"uid": {seen, "65532"}, "gid": {seen, "65532"}}, ""},
		"root":                {isNobody, findings{"uid": {seen, "0"}, "gid": {seen, "65532"}}, "uid"},
		"no rights":           {noMoreRights, findings{"uid": {seen, "65532"}, "seccomp": {seen, "2"}, "mount": {refused, "no"}}, ""},
		"asked and not told":  {noMoreRights, findings{"seccomp": {refused, "no"}, "mount": {refused, "no"}}, ""},
		"no filter":           {noMoreRights, findings{"seccomp": {seen, "0"}, "mount": {refused, "no"}}, "seccomp"},
		"a capability":        {noMoreRights, findings{"capabilities": {seen, "200000"}, "mount": {refused, "no"}}, "capabilities"},
		"a mount":             {noMoreRights, findings{"seccomp": {seen, "2"}, "mount": {done, "mounted"}}, "mount"},
		"nothing seen":        {seesNothing, findings{"environment": {seen, "HOME"}, "hostname": {seen, "sandbox"}, "descriptors": {seen, ""}}, ""},
		"a variable":          {seesNothing, findings{"environment": {seen, "HOME OPENAI_API_KEY"}, "descriptors": {seen, ""}}, "OPENAI_API_KEY"},
		"a descriptor":        {seesNothing, findings{"environment": {seen, ""}, "descriptors": {seen, "7"}}, "descriptors"},
		"few files":           {rlimits, findings{"core": {seen, "0"}, "nofile": {seen, "256"}}, ""},
		"many files":          {rlimits, findings{"core": {seen, "0"}, "nofile": {seen, "1048576"}}, "1048576"},
		"core dumps":          {rlimits, findings{"core": {seen, "1"}, "nofile": {seen, "256"}}, "core"},
		"limits not reported": {rlimits, findings{}, "core"},
	} {
		_, err := c.judge(c.found)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestTheKernelsWordIsJudged(t *testing.T) {
	const none = "0000000000000000"
	good := "Name:\tleo-runner\nUid:\t65532\t65532\t65532\t65532\nCapInh:\t" + none + "\nCapPrm:\t" + none + "\nCapEff:\t" + none +
		"\nCapBnd:\t" + none + "\nCapAmb:\t" + none + "\nNoNewPrivs:\t1\nSeccomp:\t2\n"
	if err := statusHolds(good); err != nil {
		t.Errorf("a good process: %v", err)
	}
	for from, to := range map[string]string{
		"CapEff:\t" + none: "CapEff:\t0000000000200000", "CapBnd:\t" + none: "CapBnd:\t000001ffffffffff",
		"NoNewPrivs:\t1": "NoNewPrivs:\t0", "Seccomp:\t2": "Seccomp:\t0", "Uid:\t65532": "Uid:\t0", "CapAmb": "CapXyz",
	} {
		if err := statusHolds(strings.Replace(good, from, to, 1)); err == nil {
			t.Errorf("%q passes", to)
		}
	}
	if statusHolds("") == nil {
		t.Error("no word passes")
	}
}
