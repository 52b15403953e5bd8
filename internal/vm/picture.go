package vm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"time"
)

// Screen returns what is on the machine's screen now. A machine that has not set a mode yet shows QEMU's own words.
func (m *Machine) Screen(ctx context.Context) (*image.RGBA, error) {
	file := m.Config.file("screen.ppm")
	if err := m.Do(ctx, "screendump", map[string]any{"filename": file}, nil); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return DecodePPM(bytes.NewReader(b))
}

// mostDots bounds what a picture may claim to be.
const mostDots = 64 << 20

// DecodePPM decodes a picture in the raw form of the portable pixmap (ppm(5)) with 8 bits a colour: "P6", width, height and 255
// in decimal, each followed by white space, and then three bytes a dot from the upper left on. Remarks in it are not understood,
// for QEMU writes none.
func DecodePPM(r io.Reader) (*image.RGBA, error) {
	in := bufio.NewReader(r)
	var width, height, deepest int
	if n, err := fmt.Fscanf(in, "P6\n%d %d\n%d", &width, &height, &deepest); err != nil || n != 3 {
		return nil, fmt.Errorf("decode a pixmap: its head is none: %w", err)
	}
	if c, err := in.ReadByte(); err != nil || c != '\n' && c != ' ' && c != '\t' {
		return nil, errors.New("decode a pixmap: no white space ends its head")
	}
	if width < 1 || height < 1 || width > mostDots/height || deepest != 255 {
		return nil, fmt.Errorf("decode a pixmap: %d by %d dots of %d shades", width, height, deepest)
	}
	row := make([]byte, 3*width)
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		if _, err := io.ReadFull(in, row); err != nil {
			return nil, fmt.Errorf("decode a pixmap: row %d of %d: %w", y, height, err)
		}
		to := p.Pix[y*p.Stride:]
		for x := range width {
			to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = row[3*x], row[3*x+1], row[3*x+2], 0xFF
		}
	}
	return p, nil
}

// Look calls sees with what is on the screen, every so often, until it says that this is it, and returns that picture. When ctx
// ends first the last picture comes with the error.
func (m *Machine) Look(ctx context.Context, every time.Duration, sees func(*image.RGBA) bool) (*image.RGBA, error) {
	var last *image.RGBA
	for {
		p, err := m.Screen(ctx)
		if err == nil {
			if last = p; sees(p) {
				return p, nil
			}
		} else if errors.Is(err, ErrMonitorEnded) {
			return last, err
		}
		select {
		case <-m.ended:
			return last, fmt.Errorf("look at the screen: the machine ended: %w", m.reason())
		default:
		}
		if err := Pause(ctx, every); err != nil {
			return last, err
		}
	}
}

// Dark reports whether a picture is of one colour alone, or nearly so: a screen that shows nothing. A cursor does not count.
func Dark(p *image.RGBA) bool {
	first, other := p.RGBAAt(p.Rect.Max.X-1, p.Rect.Max.Y-1), 0
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
			if p.RGBAAt(x, y) != first {
				other++
			}
		}
	}
	return other < 400
}
