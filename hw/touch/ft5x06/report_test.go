package ft5x06

import "testing"

func FuzzNoReportGivesAPlaceBesideThePanel(f *testing.F) {
	f.Add([]byte{0}, uint16(800), uint16(480))
	f.Add([]byte{1, 0x81, 0x90, 0x00, 0xF0, 9, 9}, uint16(800), uint16(480))
	f.Add([]byte{2, 0x81, 0x90, 0x00, 0xF0, 9, 9, 0x43, 0x20, 0x11, 0xE0, 0, 0}, uint16(1024), uint16(600))
	f.Add([]byte{0xFF, 0xFF, 0xFF}, uint16(4095), uint16(4095))
	f.Fuzz(func(t *testing.T, bytes []byte, width, height uint16) {
		var report [reportSize]byte
		copy(report[:], bytes)
		contacts, err := parseReport(nil, report, int(width%4096)+1, int(height%4096)+1)
		ids := map[int32]bool{}
		for _, c := range contacts {
			if !(c.X >= 0 && c.X <= 1 && c.Y >= 0 && c.Y <= 1) || ids[c.ID] || c.ID > 14 {
				t.Fatalf("%+v of %v (%v)", c, contacts, err)
			}
			ids[c.ID] = true
		}
		if len(contacts) > min(points, int(report[0]&0x0F)) {
			t.Fatalf("%d contacts", len(contacts))
		}
	})
}
