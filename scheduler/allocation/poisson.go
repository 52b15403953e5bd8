package allocation

// Bounds within which [Quantile] is exact: no office expects more in a day, and no quantile beyond is finite for long.
const (
	mostMean = 1e6
	mostSure = 1 - 1e-9
)

// Quantile returns the least k for which a Poisson variable of the given mean is at most k with a probability of p or more: how
// many slots are enough for the walk-ins of a stretch of the day, so often as p says. A mean or p that is not above 0 makes 0;
// a mean above 1,000,000 and a p above 1 − 10⁻⁹ are taken for these.
//
// People who come one by one and know nothing of each other make a Poisson process; sizing by its quantile is the usual rule
// for stocks (newsvendor). It is summed exactly: no normal approximation, which is off by one or two just where the means of
// half-hours lie.
func Quantile(mean, p float64) int {
	if !(mean > 0) || !(p > 0) {
		return 0
	}
	mean, p = min(mean, mostMean), min(p, mostSure)
	// The weights are those of the distribution, divided by that of its mode: e^-mean, which is no float64 for a mean above
	// 745, never comes in, and the ratios of neighbours are all that is needed. Beyond a weight of 1e-30 nothing adds to the sum.
	const least = 1e-30
	mode := int(mean)
	lowest, total, w := mode, 0.0, 1.0
	for ; lowest > 0 && w > least; lowest-- {
		w *= float64(lowest) / mean
	}
	from := w
	for k := lowest; k < mode || w > least; k++ {
		total += w
		w *= mean / float64(k+1)
	}
	enough := p * total
	sum, k := from, lowest
	for w = from; sum < enough; k++ {
		w *= mean / float64(k+1)
		sum += w
	}
	return k
}
