package canvas

// Icons returns the names of all drawings of [Icon].
func Icons() []string {
	return []string{
		"globe", "text", "contrast", "reach", "voice", "help",
		"shield", "done", "back", "more", "erase", "erase-right", "ticket", "person",
	}
}

func drawings(name string) (drawing, bool) {
	switch name {
	case "globe":
		return drawing{strokes: [][]point{
			ring(20), arc(24, 24, 8.5, 20, 0, 360), {{5.4, 17}, {42.6, 17}}, {{5.4, 31}, {42.6, 31}},
		}}, true
	case "text":
		return drawing{strokes: [][]point{
			{{3, 39}, {14.5, 9}, {26, 39}}, {{7.2, 29}, {21.8, 29}},
			arc(36, 31, 7.5, 8, 0, 360), {{43.5, 22}, {43.5, 39}},
		}}, true
	case "contrast":
		return drawing{strokes: [][]point{ring(20)}, fills: [][]point{arc(24, 24, 20, 20, -90, 90)}}, true
	case "reach":
		return drawing{strokes: [][]point{{{24, 4}, {24, 34}}, {{12, 22.5}, {24, 34.5}, {36, 22.5}}, {{6, 44}, {42, 44}}}}, true
	case "voice":
		return drawing{strokes: [][]point{
			{{5, 18}, {13, 18}, {24, 8}, {24, 40}, {13, 30}, {5, 30}, {5, 18}},
			arc(24, 24, 9.5, 9.5, -42, 42), arc(24, 24, 18, 18, -42, 42),
		}}, true
	case "help":
		hook := append(arc(24, 19.4, 6.2, 6.2, 180, 385), point{26.4, 26}, point{24, 29.6})
		return drawing{strokes: [][]point{ring(20), hook}, fills: [][]point{arc(24, 35.4, 2.5, 2.5, 0, 360)}}, true
	}
	return marks(name)
}

// marks are the drawings that stand beside words, in the body of a screen.
func marks(name string) (drawing, bool) {
	switch name {
	case "shield":
		outline := []point{{24, 3.5}, {40.5, 9.5}, {40.5, 23}, {38.8, 30}, {34.4, 36.2}, {29.2, 41}, {24, 44.5}, {18.8, 41}, {13.6, 36.2}, {9.2, 30}, {7.5, 23}, {7.5, 9.5}, {24, 3.5}}
		return drawing{strokes: [][]point{outline, {{16.5, 23.5}, {22, 29}, {32, 18}}}}, true
	case "done":
		return drawing{strokes: [][]point{{{6, 25}, {18.5, 37.5}, {42, 11}}}}, true
	case "back":
		return drawing{strokes: [][]point{{{31, 8}, {15, 24}, {31, 40}}}}, true
	case "more":
		return flipped("back"), true
	case "erase": // it points to the sign that goes: the last one before
		return drawing{strokes: [][]point{
			{{17, 10}, {44, 10}, {44, 38}, {17, 38}, {4, 24}, {17, 10}}, {{23, 18}, {35, 30}}, {{35, 18}, {23, 30}},
		}}, true
	case "erase-right":
		return flipped("erase"), true
	case "ticket": // a slip with its number and lines, torn off below
		return drawing{strokes: [][]point{
			{{10, 40}, {10, 5}, {38, 5}, {38, 40}, {33.3, 44}, {28.7, 40}, {24, 44}, {19.3, 40}, {14.7, 44}, {10, 40}},
			{{17, 15}, {31, 15}}, {{17, 23}, {31, 23}}, {{17, 31}, {25, 31}},
		}}, true
	case "person":
		shoulders := append(arc(24, 42, 16, 16.5, 180, 360), point{8, 42})
		return drawing{strokes: [][]point{arc(24, 13.5, 8.5, 8.5, 0, 360), shoulders}}, true
	}
	return drawing{}, false
}

// flipped is a drawing as a mirror shows it: what points back in one direction of reading points on in the other.
func flipped(name string) drawing {
	d, _ := drawings(name)
	other := drawing{}
	for _, line := range d.strokes {
		turned := make([]point, len(line))
		for i, p := range line {
			turned[i] = point{drawingSide - p.x, p.y}
		}
		other.strokes = append(other.strokes, turned)
	}
	return other
}
