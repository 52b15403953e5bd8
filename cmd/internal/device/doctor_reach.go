package device

import (
	"context"

	"example.org/totem/internal/fault"
)

// Reach tries whether anybody listens where cfg says the scheduler is, without an identity, and returns its addresses as they may
// be shown. It takes some seconds at most. The error is a *fault.Fault of CodeLinkSilent.
func Reach(ctx context.Context, cfg Config) (addresses string, err error) {
	ctx, cancel := context.WithTimeout(ctx, linkPatience)
	defer cancel()
	addresses = withoutPassword(cfg.Scheduler)
	if err := reach(ctx, cfg); err != nil {
		return addresses, fault.New(fault.CodeLinkSilent, err,
			"check the address and the proxy in the provisioning file, that the scheduler runs, and that the network lets this totem reach it", "nobody answers at %s", addresses)
	}
	return addresses, nil
}
