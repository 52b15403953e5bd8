package policies

import (
	"fmt"
	"strings"
)

// Picture is a chart of the report.
type Picture struct {
	Name  string // of its file, without ".svg"
	Shows string // for who does not see it
	SVG   []byte
}

// Pictures draws the charts of a study.
func Pictures(cells []Cell) []Picture {
	of := func(name, title, unit, shows string, most float64, value func(Cell) float64) Picture {
		return Picture{name, shows, lines(cells, title, unit, shows, most, value)}
	}
	return []Picture{
		goalPicture(cells),
		of("turned-away", "Walk-ins turned away while the link is down", "% of those who come meanwhile",
			"Lines of each policy over the length of the outage, for three loads: the share of walk-ins turned away.", 100,
			func(c Cell) float64 { return c.Turned.Mean }),
		of("doubled", "Slots sold twice", "tickets a day",
			"Lines of each policy over the length of the outage, for three loads: tickets a day for a slot that is sold already.", 0,
			func(c Cell) float64 { return c.Double.Mean }),
		of("refused", "Web users who find nothing", "a day",
			"Lines of each policy over the length of the outage, for three loads: web users a day who find no free slot.", 0,
			func(c Cell) float64 { return c.Refused.Mean }),
		leverPicture(cells),
	}
}

// The panels of a chart: one for each load.
const (
	chartWidth  = 980.0
	chartHeight = 400.0
	panelWidth  = 226.0
	panelLeft   = 62.0
	panelGap    = 30.0
	panelTop    = 92.0
	panelBottom = 334.0
)

func panelX(i int) float64 { return panelLeft + float64(i)*(panelWidth+panelGap) }

// frame draws a chart's titles, and the panels with their grids.
func frame(title, unit string, marks []float64) *drawing {
	d := newDrawing(chartWidth, chartHeight)
	d.text(24, 34, 19, "start", inkColour, title, bold)
	d.text(24, 56, 13, "start", paleColour, unit, "")
	for i, load := range Loads() {
		x := panelX(i)
		d.text(x, panelTop-12, 13, "start", inkColour, fmt.Sprintf("%s load", load.Name), bold)
		for _, m := range marks {
			y := panelBottom - (panelBottom-panelTop)*m/marks[len(marks)-1]
			d.line(x, y, x+panelWidth, y, gridColour, 1, "")
			if i == 0 {
				d.text(x-8, y+4, 12, "end", paleColour, figure(m), "")
			}
		}
		d.line(x, panelBottom, x+panelWidth, panelBottom, inkColour, 1, "")
	}
	return d
}

// lines draws a measure of the named policies over the lengths of outages.
func lines(cells []Cell, title, unit, shows string, most float64, value func(Cell) float64) []byte {
	if most == 0 {
		for _, c := range cells {
			most = max(most, value(c))
		}
	}
	marks := steps(most)
	d := frame(title, unit, marks)
	for i, load := range Loads() {
		x := func(outage int) float64 {
			return panelX(i) + 22 + float64(outage)*(panelWidth-44)/float64(len(Outages())-1)
		}
		var names, colours []string
		var ends []float64
		for o, outage := range Outages() {
			d.text(x(o), panelBottom+20, 12, "middle", inkColour, outage.Name, "")
		}
		for _, p := range Policies()[:named] {
			var points [][2]float64
			for o, outage := range Outages() {
				c, _ := cell(cells, p.Key, load, outage)
				points = append(points, [2]float64{x(o), panelBottom - (panelBottom-panelTop)*value(c)/marks[len(marks)-1]})
			}
			width := 1.8
			if p.Key == pooled {
				width = 3.2
			}
			d.path(points, colour(p.Key), width)
			for _, at := range points {
				d.dot(at[0], at[1], width+1.4, colour(p.Key))
			}
			names, colours, ends = append(names, p.Name), append(colours, colour(p.Key)), append(ends, points[len(points)-1][1])
		}
		if i == len(Loads())-1 {
			d.labels(x(len(Outages())-1), ends, names, colours)
		}
	}
	d.text(panelLeft, panelBottom+44, 12, "start", paleColour, "Length of the outage", "")
	return d.svg(title, shows)
}

// labels names lines at their ends.
func (d *drawing) labels(x float64, ends []float64, names, colours []string) {
	for i, y := range apart(ends, 17, panelBottom+2) {
		d.line(x+7, ends[i], x+26, y, colours[i], 1, "")
		d.text(x+30, y+4, 13, "start", colours[i], names[i], bold)
	}
}

// goalPicture draws how far ours with pooling is behind who sells twice, for every load and outage.
func goalPicture(cells []Cell) Picture {
	const (
		left, right, top, row = 190.0, 900.0, 100.0, 24.0
		from, to              = -16.0, 8.0
	)
	shows := "For each load and length of outage a point with its error: how many points Totem with pooling turns away beyond the policy that sells twice. The goal is 2."
	title := "Turned away beyond “both sides sell”, Totem with pooling"
	d := newDrawing(chartWidth, top+row*float64(len(Loads())*len(Outages()))+96)
	x := func(v float64) float64 { return left + (right-left)*(min(max(v, from), to)-from)/(to-from) }
	bottom := top + row*float64(len(Loads())*len(Outages())) + 22
	d.text(24, 34, 19, "start", inkColour, title, bold)
	d.text(24, 56, 13, "start", paleColour, "percentage points of the walk-ins who come while the link is down; the bar is twice the standard error either way", "")
	d.box(left, top-16, x(goal)-left, bottom-top+16, goalColour)
	for v := from; v <= to; v += 4 {
		d.line(x(v), top-16, x(v), bottom, gridColour, 1, "")
		d.text(x(v), bottom+18, 12, "middle", paleColour, strings.NewReplacer("-", "−", "+0", "0").Replace(fmt.Sprintf("%+g", v)), "")
	}
	d.line(x(0), top-16, x(0), bottom, paleColour, 1.4, "")
	d.line(x(goal), top-16, x(goal), bottom, colour(pooled), 1.4, ` stroke-dasharray="5 4"`)
	d.text(x(goal)+6, top-22, 12, "start", colour(pooled), "goal: at most 2", bold)
	d.text(x(0)-6, top-22, 12, "end", paleColour, "as many", "")
	y := top
	for i, load := range Loads() {
		for o, outage := range Outages() {
			c, _ := cell(cells, pooled, load, outage)
			if o == 0 {
				d.text(24, y+4, 13, "start", inkColour, load.Name+" load", bold)
			}
			ink := colour(pooled)
			if c.Behind.Mean > goal {
				ink = colour(naive)
			}
			d.text(left-12, y+4, 12, "end", inkColour, outage.Name, "")
			d.line(x(c.Behind.Mean-2*c.Behind.Error), y, x(c.Behind.Mean+2*c.Behind.Error), y, ink, 2, "")
			d.dot(x(c.Behind.Mean), y, 5, ink)
			y += row
		}
		if i < len(Loads())-1 {
			d.line(24, y-row/2+4, right, y-row/2+4, gridColour, 1, "")
			y += 8
		}
	}
	return Picture{"goal", shows, d.svg(title, shows)}
}

// leverPicture draws what the outage to survive buys and costs.
func leverPicture(cells []Cell) Picture {
	const mostRefused = 20.0
	shows := "For three loads: walk-ins turned away against web users refused, for outages of a day, by the outage that the grants are to survive."
	title := "The lever: the outage that grants are to survive"
	outage := Outages()[len(Outages())-1]
	var most float64
	for _, load := range Loads() {
		c, _ := cell(cells, alone+"2", load, outage)
		most = max(most, c.Turned.Mean)
	}
	marks := steps(most)
	d := frame(title, "outages of a day: % of walk-ins turned away meanwhile (upwards), web users refused a day (to the right)", marks)
	for i, load := range Loads() {
		x := func(refused float64) float64 {
			return panelX(i) + 10 + (panelWidth-20)*min(refused, mostRefused)/mostRefused
		}
		at := func(key string) (float64, float64) {
			c, _ := cell(cells, key, load, outage)
			return x(c.Refused.Mean), panelBottom - (panelBottom-panelTop)*c.Turned.Mean/marks[len(marks)-1]
		}
		for v := 0.0; v <= mostRefused; v += 5 {
			d.line(x(v), panelBottom, x(v), panelBottom+4, inkColour, 1, "")
			d.text(x(v), panelBottom+20, 12, "middle", paleColour, figure(v), "")
		}
		for _, key := range []string{alone, pooled} {
			d.lever(key, at, i > 0 && key == pooled)
		}
		nx, ny := at(naive)
		d.dot(nx, ny, 5, colour(naive))
		if i == len(Loads())-1 {
			d.text(nx+10, min(ny+4, panelBottom-5), 12, "start", colour(naive), policy(naive).Name, bold)
			ax, ay := at(alone)
			d.text(ax+12, ay-6, 12, "start", colour(alone), policy(alone).Name, bold)
			px, py := at(pooled)
			d.text(px+12, py+14, 12, "start", colour(pooled), policy(pooled).Name, bold)
		}
	}
	d.text(panelLeft, panelBottom+44, 12, "start", paleColour, "Web users refused a day", "")
	return Picture{"lever", shows, d.svg(title, shows)}
}

// lever draws the line of a policy from 2 hours over 4 to the rest of the day.
func (d *drawing) lever(key string, at func(string) (x, y float64), named bool) {
	var points [][2]float64
	for _, hours := range []string{"2", "4", ""} {
		x, y := at(key + hours)
		points = append(points, [2]float64{x, y})
	}
	d.path(points, colour(key), 2)
	for n, p := range points {
		d.dot(p[0], p[1], 5, colour(key))
		if named {
			d.text(p[0]-9, min(p[1]+9, panelBottom-5), 12, "end", colour(key), []string{"2 h", "4 h", "rest of day"}[n], "")
		}
	}
}
