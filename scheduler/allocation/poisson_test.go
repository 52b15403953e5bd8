package allocation_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/scheduler/allocation"
)

func ExampleQuantile() {
	fmt.Println(allocation.Quantile(1, 0.9), allocation.Quantile(10, 0.9), allocation.Quantile(100, 0.9))
	// Output: 2 14 113
}

// atMost is the probability of at most k, by another way than the package's: each weight by its logarithm.
func atMost(k int, mean float64) (p float64) {
	for i := 0; i <= k; i++ {
		factorial, _ := math.Lgamma(float64(i) + 1)
		p += math.Exp(float64(i)*math.Log(mean) - mean - factorial)
	}
	return p
}

func TestAQuantileIsTheLeastNumberThatIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := math.Exp(rapid.Float64Range(math.Log(1e-3), math.Log(1e4)).Draw(t, "log of the mean"))
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		k := allocation.Quantile(mean, p)
		const tiny = 1e-8 // of the other way's rounding
		if atMost(k, mean) < p-tiny || k > 0 && atMost(k-1, mean) > p+tiny {
			t.Fatalf("of a mean of %g, %g lies at %d: at most that with %g, at most one less with %g", mean, p, k, atMost(k, mean), atMost(k-1, mean))
		}
	})
}

func TestAQuantileOfNothingIsNone(t *testing.T) {
	for _, q := range [][2]float64{{0, 0.9}, {-1, 0.9}, {math.NaN(), 0.9}, {5, 0}, {5, math.NaN()}, {1e-300, 0.9}} {
		if got := allocation.Quantile(q[0], q[1]); got != 0 {
			t.Errorf("of a mean of %g, %g lies at %d", q[0], q[1], got)
		}
	}
}

func TestAQuantileIsFiniteWhateverIsAsked(t *testing.T) {
	for _, q := range [][2]float64{{5, 1}, {5, math.Inf(1)}, {math.Inf(1), 0.9}, {1e6, 1}, {700, 1}, {800, 1}} {
		if got := allocation.Quantile(q[0], q[1]); got < 5 || got > 1_100_000 {
			t.Errorf("of a mean of %g, %g lies at %d", q[0], q[1], got)
		}
	}
}
