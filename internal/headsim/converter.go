package headsim

import (
	"errors"
	"math"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/spi"
)

type converter struct{ m *Mechanism }

// Tx answers an MCP3008's three bytes: ten bits behind a null bit.
func (c converter) Tx(w, r []byte) error {
	if err := c.m.call("converter", 40*time.Microsecond); err != nil {
		return err
	}
	if len(w) != 3 || len(r) != 3 || w[0] != 1 || w[1]&0x8f != 0x80 {
		return errors.New("not a question that an MCP3008 understands")
	}
	var share float64
	switch w[1] >> 4 & 7 {
	case 0:
		ohms := c.m.cfg.Model.R25 * math.Exp(c.m.cfg.Model.B*(1/(c.m.celsius+273.15)-1/298.15))
		share = ohms / (ohms + Pull)
		if c.m.ntcBroken {
			share = 1
		}
	case 1:
		share = c.m.supply / Divider / Reference
	}
	code := int(math.Round(min(share, 1) * 1023))
	r[0], r[1], r[2] = 0xff, 0xf8|byte(code>>8), byte(code)
	return nil
}

func (converter) TxPackets([]spi.Packet) error { return errors.New("no packets") }
func (converter) Duplex() conn.Duplex          { return conn.Full }
func (converter) String() string               { return "MCP3008" }
