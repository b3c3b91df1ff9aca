package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
)

// loadSeparate compares a question to separate roles, whose result is kept or computed,
// with the log alone, over one server and over three that keep three replicas.
func loadSeparate(t *testing.T) {
	t.Helper()
	ports := &portPool{left: bustest.FreePorts(t, 80)}
	for _, servers := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d", servers), func(t *testing.T) {
			s := deploy(t, ports, servers)
			l := s.asker("gateway-1")
			hop := bustest.HopsBetween(t, s.nats.url(), natsUser, natsPassword, servers, 3)
			q := datasetstest.Questions(t, "ecommerce")[1]
			var hops, found, computed histogram
			for round := range 6 {
				for i := range 60 {
					begin := time.Now()
					hop()
					if round > 0 { // the first is to warm up
						hops.add(time.Since(begin))
					}
					for _, fresh := range []bool{false, true} {
						if fresh && i%10 > 0 {
							continue
						}
						begin = time.Now()
						id := l.answered(t, map[string]any{"dataset_id": "ecommerce", "question": q.Question, "fresh": fresh})
						took := time.Since(begin)
						switch {
						case round == 0:
						case fresh:
							computed.add(took - l.inSandbox(t, id))
						default:
							found.add(took)
						}
					}
				}
			}
			printHeader(fmt.Sprintf("separate roles over %d servers, one question after another", servers))
			fmt.Fprintf(os.Stdout, "  three bare hops   %v (p50 %.3f)\n", &hops, hops.at(.5))
			fmt.Fprintf(os.Stdout, "  found     %v: %.1fx three hops\n", &found, found.at(.5)/hops.at(.5))
			fmt.Fprintf(os.Stdout, "  computed, without the sandbox  %v: %.1fx three hops\n", &computed, computed.at(.5)/hops.at(.5))
		})
	}
}
