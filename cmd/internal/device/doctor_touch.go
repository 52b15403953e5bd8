package device

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/ui/layout"
)

// TouchExam is how a touch panel is looked at.
type TouchExam struct {
	// Aims shows aims on the glass, as ui.Window does. Needed to calibrate.
	Aims interface{ Aim(layout.Aim) }
	// Say is told each step. nil: nobody is.
	Say func(step string)
	// Open opens the panel. nil: [OpenTouch] with the configuration's.
	Open func() (contact.Source, error)
	// After waits. nil: time.After.
	After func(time.Duration) <-chan time.Time
}

// Calibration is what a technician's touches say of a panel. Millimetres are of the glass.
type Calibration struct {
	Panel   string    `json:"panel"`        // panel.touch
	Matrix  string    `json:"touch_matrix"` // as totem.toml has it
	Beside  []float64 `json:"beside_mm"`    // how far from its aim the calibration puts each touch that it was found by
	Checked []float64 `json:"checked_mm"`   // the same of the touches that came after it
	File    string    `json:"file,omitempty"`
}

// TOML returns the line for the table [panel] of totem.toml.
func (c Calibration) TOML() string { return tomlLine(c.Matrix) }

func tomlLine(matrix string) string { return `touch_matrix = "` + matrix + `"` }

// What a calibration asks of hands.
const (
	solveTries = 3   // rows of five that are asked for
	mostBeside = 6.0 // mm that a touch may be found beside its aim afterwards: a control ends 7.5 mm from its middle
)

// TouchExaminer is a touch panel that was opened to be looked at.
type TouchExaminer struct {
	exam    TouchExam
	panel   Panel
	fingers *fingers
	release func() error
}

// ExamineTouch opens the touch panel of cfg. While a totem runs on cfg's data the panel is that totem's, and this is refused;
// none starts there until the examiner is closed. An error is a *fault.Fault.
func ExamineTouch(ctx context.Context, cfg Config, e TouchExam) (*TouchExaminer, error) {
	cfg = cfg.Complete()
	if e.Say == nil {
		e.Say = func(string) {}
	}
	if e.After == nil {
		e.After = time.After
	}
	if e.Open == nil {
		if cfg.Panel.Touch == touchWindow {
			return nil, fault.New(fault.CodeConfig, nil, `set panel.touch in totem.toml to "evdev", or to the name of a bare controller`,
				"touches come from the window: where they are is up to its X server")
		}
		e.Open = func() (contact.Source, error) { return OpenTouch(cfg.Panel) }
	}
	held, running := hold(ctx, cfg)
	if running {
		return nil, fault.New(fault.CodeStoreLocked, nil, "stop the totem, and try again", "a totem runs and uses the touch panel")
	}
	release := func() error { return nil }
	if held != nil {
		release = held.Close
	}
	source, err := e.Open()
	if err != nil {
		return nil, errors.Join(err, release())
	}
	return &TouchExaminer{exam: e, panel: cfg.Panel, fingers: follow(source, e.After), release: release}, nil
}

// Close gives the panel back. Nothing else of x may be at work.
func (x *TouchExaminer) Close() error { return errors.Join(x.fingers.close(), x.release()) }

// Calibrate has five aims touched, one after the other, works out the calibration, and has two more touched to see that it is
// true. It waits a minute for each touch. What comes of it is written nowhere. An error is a *fault.Fault, but for ctx's own;
// with fault.CodeCalibration the touches were no good.
func (x *TouchExaminer) Calibrate(ctx context.Context) (Calibration, error) {
	solved, err := x.solve(ctx)
	if err != nil {
		return Calibration{}, err
	}
	matrix := solved.Matrix.Rounded()
	c := Calibration{Panel: x.panel.Touch, Matrix: matrix.String()}
	for _, off := range solved.Off {
		c.Beside = append(c.Beside, x.panel.millimetres(off))
	}
	c.Checked, err = x.check(ctx, matrix)
	return c, err
}

// millimetres is how long a way on the glass is.
func (p Panel) millimetres(way calibration.Point) float64 {
	width := float64(p.WidthMM)
	height := width * float64(p.Height) / float64(p.Width)
	return places(math.Hypot(way.X*width, way.Y*height), 10)
}

// solve has the aims touched until they agree.
func (x *TouchExaminer) solve(ctx context.Context) (calibration.Solution, error) {
	aims := calibration.Aims()
	touches := make([]calibration.Touch, len(aims))
	again := []int{1, 2, 3, 4, 5}
	var refusal *calibration.Refusal
	for range solveTries {
		for _, n := range again {
			told, err := x.touched(ctx, layout.Aim{X: aims[n-1].X, Y: aims[n-1].Y, Number: n, Of: len(aims)}, nil)
			if err != nil {
				return calibration.Solution{}, err
			}
			touches[n-1] = calibration.Touch{Told: told, Aim: aims[n-1]}
		}
		solved, err := calibration.Solve(touches)
		if !errors.As(err, &refusal) {
			return solved, err
		}
		x.exam.Say(refusal.Sentence)
		if again = refusal.Again; again == nil {
			again = []int{1, 2, 3, 4, 5}
		}
	}
	return calibration.Solution{}, fault.New(fault.CodeCalibration, refusal,
		"try again with the tip of one finger and nothing else on the glass; totem doctor touch --watch shows what the panel tells",
		"the calibration was refused %d times", solveTries)
}

// checks are where the aims stand that a calibration is checked by: others than those that it was found by.
func checks() []calibration.Point { return []calibration.Point{{X: 0.7, Y: 0.3}, {X: 0.3, Y: 0.7}} }

// check has further aims touched, shows where the calibration finds the finger, and returns how far beside in millimetres.
func (x *TouchExaminer) check(ctx context.Context, matrix calibration.Matrix) (beside []float64, err error) {
	for i, at := range checks() {
		aim := layout.Aim{X: at.X, Y: at.Y, Number: i + 1, Of: len(checks())}
		told, err := x.touched(ctx, aim, &matrix)
		if err != nil {
			return beside, err
		}
		foundX, foundY := matrix.Apply(told.X, told.Y)
		mm := x.panel.millimetres(calibration.Point{X: foundX - at.X, Y: foundY - at.Y})
		x.exam.Say(fmt.Sprintf("check %d of %d: found %.1f mm beside the aim", i+1, len(checks()), mm))
		beside = append(beside, mm)
		if mm > mostBeside {
			return beside, fault.New(fault.CodeCalibration, nil, "calibrate again; if it lasts, the panel is bent or damaged: totem doctor touch --watch shows what it tells",
				"by the calibration a finger was found %.1f mm beside its aim", mm)
		}
	}
	return beside, nil
}

// touched shows an aim until it was touched steadily and the finger lifted, and returns where the panel told it. With a matrix
// a cross follows the finger.
func (x *TouchExaminer) touched(ctx context.Context, aim layout.Aim, matrix *calibration.Matrix) (calibration.Point, error) {
	what := "aim"
	if matrix != nil {
		what = "check"
	}
	aim.Lang, aim.Text = locale.English, "Touch the middle of the cross and hold still"
	x.exam.Say(fmt.Sprintf("%s %d of %d: touch the middle of the cross", what, aim.Number, aim.Of))
	show := func(finger *calibration.Point, held bool) {
		now := aim
		if now.Held = held; held {
			now.Text = "Lift your finger"
		}
		if finger != nil && matrix != nil {
			now.Touched = true
			now.FoundX, now.FoundY = matrix.Apply(finger.X, finger.Y)
		}
		x.exam.Aims.Aim(now)
	}
	for range steadyTries {
		show(nil, false)
		told, err := x.fingers.steady(ctx, show)
		var unsteady *unsteadyError
		if !errors.As(err, &unsteady) {
			return told, err
		}
		x.exam.Say(unsteady.why + ": once more")
		aim.Text = unsteady.todo
	}
	return calibration.Point{}, fault.New(fault.CodeCalibration, nil,
		"clean and dry the glass, and look for what presses on it; totem doctor touch --watch shows what the panel tells",
		"%d touches at the same aim were not steady", steadyTries)
}
