package gt911

import "testing"

func FuzzNoReportGivesAPlaceBesideThePanel(f *testing.F) {
	f.Add(byte(0x81), []byte{0, 0x90, 1, 0xF0, 0, 0x20, 0, 0}, uint16(800), uint16(480))
	f.Add(byte(0xC2), make([]byte, 16), uint16(1024), uint16(600))
	f.Add(byte(0x8F), []byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, uint16(100), uint16(4096))
	f.Fuzz(func(t *testing.T, b byte, points []byte, width, height uint16) {
		w, h := int(width%mostSide)+1, int(height%mostSide)+1
		s := parseStatus(b)
		contacts, err := parsePoints(nil, points[:min(len(points), pointSize*s.count)], w, h, s.large)
		if len(contacts) > s.count {
			t.Fatalf("%d contacts of %d points", len(contacts), s.count)
		}
		ids := map[int32]bool{}
		for _, c := range contacts {
			if !(c.X >= 0 && c.X <= 1 && c.Y >= 0 && c.Y <= 1) || ids[c.ID] || c.Palm != s.large {
				t.Fatalf("%+v of %v (%v)", c, contacts, err)
			}
			ids[c.ID] = true
		}
	})
}
