package calibration

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Matrix turns a place that the panel tells into the place on the glass. Both are parts of width and height, from the
// upper left corner: 0 to 1. With a to f in this order (libinput, libinput_device_config_calibration_set_matrix):
//
//	x' = a·x + b·y + c
//	y' = d·x + e·y + f
//
// The zero value counts as [Identity]. Matrices can be compared.
type Matrix [6]float64

// Identity returns the matrix of a panel that tells the places of the glass.
func Identity() Matrix { return Matrix{1, 0, 0, 0, 1, 0} }

// named are the ways in which a panel may be built in turned round or over. The first four are those of libinput's manual;
// a turn follows the mirror.
func named() map[string]Matrix {
	return map[string]Matrix{
		"identity":          Identity(),
		"rotate-90":         {0, -1, 1, 1, 0, 0},
		"rotate-180":        {-1, 0, 1, 0, -1, 1},
		"rotate-270":        {0, 1, 0, -1, 0, 1},
		"mirror":            {-1, 0, 1, 0, 1, 0},
		"mirror-rotate-90":  {0, -1, 1, -1, 0, 1},
		"mirror-rotate-180": {1, 0, 0, 0, -1, 1},
		"mirror-rotate-270": {0, 1, 0, 1, 0, 0},
	}
}

// Parse reads a matrix as a person writes it: six numbers with spaces between them; "" or "identity"; "rotate-90",
// "rotate-180", "rotate-270" (clockwise), "mirror" (left and right), or "mirror-rotate-90" and so on, mirrored first. It
// refuses what [Matrix.Check] refuses. The error is a sentence for a technician.
func Parse(text string) (Matrix, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return Identity(), nil
	}
	if m, ok := named()[fields[0]]; ok && len(fields) == 1 {
		return m, nil
	}
	if len(fields) != 6 {
		return Matrix{}, fmt.Errorf("a calibration has six numbers or is a word such as rotate-90: this one has %d", len(fields))
	}
	var m Matrix
	for i, field := range fields {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || strings.Trim(field, "0123456789+-.eE") != "" {
			return Matrix{}, fmt.Errorf("%q in a calibration is no number", field)
		}
		m[i] = v + 0 // minus nothing is nothing
	}
	if m == (Matrix{}) {
		return Matrix{}, errAllZero
	}
	return m, m.Check()
}

var errAllZero = errors.New("a calibration of zeros puts every touch in the upper left corner")

// String returns the six numbers, as Parse and libinput read them.
func (m Matrix) String() string {
	m = m.complete()
	fields := make([]string, len(m))
	for i, v := range m {
		fields[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.Join(fields, " ")
}

// Rounded returns m to five places, as it is kept: finer than any panel tells.
func (m Matrix) Rounded() Matrix {
	m = m.complete()
	for i, v := range m {
		m[i] = math.Round(v*1e5)/1e5 + 0
	}
	return m
}

// Apply returns the place on the glass of a place that the panel tells. It may lie beside the glass, which the panel may
// reach beyond.
func (m Matrix) Apply(x, y float64) (glassX, glassY float64) {
	m = m.complete()
	return m[0]*x + m[1]*y + m[2], m[3]*x + m[4]*y + m[5]
}

// Invert returns the place that the panel tells of a place on the glass. ok is false for a matrix that brings all touches
// on one line.
func (m Matrix) Invert(glassX, glassY float64) (x, y float64, ok bool) {
	m = m.complete()
	det := m[0]*m[4] - m[1]*m[3]
	glassX, glassY = glassX-m[2], glassY-m[5]
	x, y = (m[4]*glassX-m[1]*glassY)/det, (m[0]*glassY-m[3]*glassX)/det
	return x, y, !math.IsNaN(x+y) && !math.IsInf(x+y, 0)
}

func (m Matrix) complete() Matrix {
	if m == (Matrix{}) {
		return Identity()
	}
	return m
}
