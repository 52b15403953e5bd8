package paint

import (
	"fmt"
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/canvas"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// Picture paints a whole screen on a new image of the panel's size, nothing pressed. It fails for a panel that cannot
// be.
func Picture(set *typeset.Setter, panel look.Panel, screen kiosk.Screen) (*image.RGBA, error) {
	if err := panel.Validate(); err != nil {
		return nil, fmt.Errorf("paint screen %q: %w", screen.Name, err)
	}
	plan := layout.Place(set, panel, screen, "")
	picture := image.NewRGBA(plan.Bounds)
	Paint(set, picture, plan)
	return picture, nil
}

// Paint paints what of plan lies within the bounds of dst, which may be a part of a frame.
func Paint(set *typeset.Setter, dst *image.RGBA, plan *layout.Plan) {
	for _, s := range plan.Shapes {
		if s.Rect.Overlaps(dst.Rect) {
			shape(set, dst, s)
		}
	}
}

func shape(set *typeset.Setter, dst *image.RGBA, s layout.Shape) {
	switch s.Kind {
	case layout.Block:
		canvas.Draw(dst, canvas.Box{
			Rect: s.Rect, Radius: s.Radius, Fill: s.Fill, Stroke: s.Stroke, Width: s.Width, Dash: s.Dash,
			Edge: s.Edge, EdgeInk: s.EdgeInk, EdgeRight: s.EdgeRight,
		})
	case layout.Text:
		line := set.Measure(s.Words, s.Style)
		set.Draw(dst, float64(s.At.X), s.At.Y, line, s.Fill)
		if s.Width > 0 {
			middle := s.At.Y - int(line.Capital/2)
			canvas.Fill(dst, image.Rect(s.Rect.Min.X, middle-s.Width/2, s.Rect.Max.X, middle-s.Width/2+s.Width), s.Fill)
		}
	case layout.Icon:
		canvas.Icon(dst, s.Words, s.Rect, s.Width, s.Fill)
	case layout.Picture:
		canvas.Picture(dst, s.Words, s.Rect, s.Width, canvas.Inks{Line: s.Fill, Sheet: s.Sheet, Shade: s.EdgeInk, Accent: s.Stroke})
	case layout.QR:
		// A code that cannot be painted leaves its white ground; the digits beside it say the same.
		_ = canvas.QR(dst, s.Words, s.Rect, s.Fill, s.Stroke)
	}
}
