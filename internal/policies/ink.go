package policies

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// drawing is an SVG that is being drawn, in pixels from the top left corner.
type drawing struct {
	body          strings.Builder
	width, height float64
}

const (
	inkColour   = "#1b2733"
	paleColour  = "#5b6773"
	gridColour  = "#dfe4e9"
	paperColour = "#ffffff"
	goalColour  = "#e8f1fb"
)

// colour returns the colour of a policy's lines: of the palette of Okabe and Ito and of the blue of Italian offices, which stay apart
// for who sees no red or no green. Every line bears its name too.
func colour(policy string) string {
	switch strings.TrimRight(policy, "24") {
	case naive:
		return "#d55e00"
	case stop:
		return "#767f88"
	case lease:
		return "#a97900"
	case static:
		return "#00805d"
	case alone:
		return "#5aa9e6"
	}
	return "#0059b3"
}

func newDrawing(width, height float64) *drawing { return &drawing{width: width, height: height} }

// String returns the whole SVG, whose title and description tell what it shows to who does not see it.
func (d *drawing) svg(title, description string) []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" `+
		`font-family="Titillium Web, Helvetica, Arial, sans-serif">
<title>%s</title>
<desc>%s</desc>
<rect width="100%%" height="100%%" fill="%s"/>
%s</svg>
`, dots(d.width), dots(d.height), dots(d.width), dots(d.height), title, description, paperColour, d.body.String())
}

// dots writes a length to a tenth of a pixel, so that the same drawing is the same bytes on every machine.
func dots(x float64) string { return strconv.FormatFloat(float64(int(x*10+0.5))/10, 'f', -1, 64) }

func (d *drawing) line(x1, y1, x2, y2 float64, colour string, width float64, more string) {
	fmt.Fprintf(&d.body, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-width="%s"%s/>`+"\n",
		dots(x1), dots(y1), dots(x2), dots(y2), colour, dots(width), more)
}

func (d *drawing) path(points [][2]float64, colour string, width float64) {
	var b strings.Builder
	for _, p := range points {
		fmt.Fprintf(&b, "%s,%s ", dots(p[0]), dots(p[1]))
	}
	fmt.Fprintf(&d.body, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"/>`+"\n",
		strings.TrimSpace(b.String()), colour, dots(width))
}

func (d *drawing) dot(x, y, r float64, colour string) {
	fmt.Fprintf(&d.body, `<circle cx="%s" cy="%s" r="%s" fill="%s" stroke="%s" stroke-width="1"/>`+"\n", dots(x), dots(y), dots(r), colour, paperColour)
}

func (d *drawing) box(x, y, width, height float64, colour string) {
	fmt.Fprintf(&d.body, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`+"\n", dots(x), dots(y), dots(width), dots(height), colour)
}

// text writes words; anchor is start, middle or end.
func (d *drawing) text(x, y, size float64, anchor, colour, words, more string) {
	fmt.Fprintf(&d.body, `<text x="%s" y="%s" font-size="%s" text-anchor="%s" fill="%s"%s>%s</text>`+"\n",
		dots(x), dots(y), dots(size), anchor, colour, more, words)
}

const bold = ` font-weight="600"`

// apart moves heights down or up, in their order, until each is at least gap from the next, and none lies below bottom.
func apart(heights []float64, gap, bottom float64) []float64 {
	order := make([]int, len(heights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case heights[a] < heights[b]:
			return -1
		case heights[a] > heights[b]:
			return 1
		}
		return 0
	})
	moved := slices.Clone(heights)
	for k := 1; k < len(order); k++ {
		moved[order[k]] = max(moved[order[k]], moved[order[k-1]]+gap)
	}
	limit := bottom
	for k := len(order) - 1; k >= 0; k-- {
		moved[order[k]] = min(moved[order[k]], limit)
		limit = moved[order[k]] - gap
	}
	return moved
}

// steps returns round values from 0 to most or little more, about four of them.
func steps(most float64) []float64 {
	step := 1.0
	for _, s := range []float64{0.5, 1, 2, 2.5, 5, 10, 20, 25, 50} {
		step = s
		if most/s <= 5 {
			break
		}
	}
	var all []float64
	for v := 0.0; ; v += step {
		all = append(all, v)
		if v >= most {
			return all
		}
	}
}

func figure(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
