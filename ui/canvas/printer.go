package canvas

import "slices"

// Pictures returns the names of all drawings of [Picture]: a printer as whoever changes its roll stands before it.
func Pictures() []string {
	return []string{"cover-open", "roll-in", "roll-turn", "paper-pull", "cover-close", "strip"}
}

func layers(name string) []layer {
	switch name {
	case "cover-open":
		return slices.Concat(lidUp(), bay(), front(), arrow(arc(100, 68, 48, 50, 0, -56)...))
	case "roll-in":
		return slices.Concat(lidUp(), bay(), front(), tongue(56, 96, 40, 90), reel(76, 32),
			arrow(point{76, 60}, point{76, 82}), arrow(point{145, 20}, point{145, 56}))
	case "roll-turn":
		return slices.Concat(tongue(60, 100, 44, 84), reel(80, 36), arrow(arc(80, 78, 66, 30, 170, 30)...))
	case "paper-pull":
		return slices.Concat(lidUp(), bay(), reel(76, 54), front(), tongue(54, 98, 70, 117), arrow(point{76, 80}, point{76, 108}))
	case "cover-close":
		return slices.Concat(lidDown(), front(), tongue(56, 96, 68, 98), arrow(point{76, 4}, point{76, 32}), clicks())
	case "strip":
		return slices.Concat(slip(), mouth())
	}
	return nil
}

// outlined is a shape of one colour with its outline.
func outlined(i ink, points ...point) []layer {
	return []layer{{ink: i, filled: true, points: points}, {thick: 1, points: append(slices.Clip(points), points[0])}}
}

func drawn(points ...point) layer { return layer{thick: 1, points: points} }

// arrow leads along points to the last one.
func arrow(points ...point) []layer {
	end, before := points[len(points)-1], points[max(0, len(points)-6)]
	dx, dy := end.x-before.x, end.y-before.y
	long := hypot(dx, dy)
	dx, dy = 11*dx/long, 11*dy/long
	head := []point{{end.x - dx - dy, end.y - dy + dx}, end, {end.x - dx + dy, end.y - dy - dx}}
	return []layer{{ink: accent, thick: 1.7, points: points}, {ink: accent, thick: 1.7, points: head}}
}

// front is the printer's side towards whoever stands there.
func front() []layer {
	return outlined(shade, rounded(18, 70, 134, 110, 7)...)
}

// bay is the open room for the roll, behind the front.
func bay() []layer {
	return outlined(shade, point{22, 70}, point{36, 48}, point{116, 48}, point{130, 70})
}

// lidUp is the cover, standing open behind the bay and seen from inside.
func lidUp() []layer {
	lid := append([]point{{36, 48}}, arc(46, 12, 5, 5, 190, 270)...)
	lid = append(append(lid, arc(106, 12, 5, 5, 270, 350)...), point{116, 48})
	return append(outlined(shade, lid...), drawn(point{46, 40}, point{50, 15}, point{102, 15}, point{106, 40}, point{46, 40}))
}

// lidDown is the cover, closed and seen from above the front.
func lidDown() []layer {
	return outlined(shade, point{22, 70}, point{36, 44}, point{116, 44}, point{130, 70})
}

// clicks are the marks of a noise at both sides of the closed cover.
func clicks() []layer {
	var all []layer
	for _, mark := range [][]point{{{12, 59}, {5, 53}}, {{10, 71}, {3, 71}}, {{140, 59}, {147, 53}}, {{142, 71}, {149, 71}}} {
		all = append(all, layer{ink: accent, thick: 1.7, points: mark})
	}
	return all
}

// reel is a roll of paper lying across, with its near end at the left.
func reel(x, y float64) []layer {
	const half, rx, ry = 31, 8, 18
	side := slices.Concat(arc(x-half, y, rx, ry, 270, 90), arc(x+half, y, rx, ry, 90, -90))
	return slices.Concat(outlined(sheet, side...), outlined(sheet, arc(x-half, y, rx, ry, 0, 360)...),
		outlined(shade, arc(x-half, y, 3, 6.5, 0, 360)...))
}

// tongue is the end of the paper, coming towards whoever stands there and so growing wider.
func tongue(left, right, top, foot float64) []layer {
	return outlined(sheet, point{left, top}, point{right, top}, point{right + 4, foot}, point{left - 4, foot})
}

// rounded is a rectangle with round corners.
func rounded(left, top, right, foot, r float64) []point {
	return slices.Concat(arc(right-r, top+r, r, r, -90, 0), arc(right-r, foot-r, r, r, 0, 90),
		arc(left+r, foot-r, r, r, 90, 180), arc(left+r, top+r, r, r, 180, 270))
}

// slip is a test strip with words on it, torn off above.
func slip() []layer {
	edge := []point{{50, 96}, {50, 14}}
	for i := range 6 {
		x := 50 + 10*float64(i)
		edge = append(edge, point{x + 5, 8}, point{x + 10, 14})
	}
	edge = append(edge, point{110, 96})
	all := outlined(sheet, edge...)
	all = append(all, drawn(point{58, 26}, point{102, 26}), layer{thick: 2.2, points: []point{{60, 39}, {92, 39}}})
	for _, row := range []struct{ y, to float64 }{{51, 100}, {60, 96}, {69, 78}} {
		all = append(all, drawn(point{60, row.y}, point{row.to, row.y}))
	}
	return append(all, drawn(point{58, 80}, point{102, 80}))
}

// mouth is where a slip comes out.
func mouth() []layer {
	return slices.Concat(outlined(shade, rounded(26, 92, 134, 116, 7)...), []layer{{thick: 1.6, points: []point{{44, 92}, {116, 92}}}})
}
