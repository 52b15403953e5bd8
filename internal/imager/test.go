package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"example.org/totem/internal/vm"
	"example.org/totem/internal/vm/imagetest"
)

// newTest is the command that starts the image and tries it.
func newTest() *cobra.Command {
	opt := imagetest.Options{}
	var arch string
	c := &cobra.Command{
		Use:   "test [CASE...]",
		Short: "Start the image under QEMU and try it: first boot, tickets, hangs, bad slots, power cuts",
		Long: `Start the image under QEMU and try it. Without a case all are tried: ` + strings.Join(imagetest.Names(), ", ") + `.
The report is build/image-test/ARCH/report.md; docs/image-test.md says how to read it.`,
		Example: `  imager test --arch amd64
  imager test --arch arm64 first-boot ticket`,
		RunE: func(c *cobra.Command, cases []string) error {
			if err := knownArch(c, arch); err != nil {
				return err
			}
			opt.Arch, opt.Cases, opt.Progress = vm.Arch(arch), cases, c.ErrOrStderr()
			root, err := os.Getwd()
			if err != nil {
				return fmt.Errorf("find the sources: %w", err)
			}
			opt.Root = root
			return imagetest.Run(c.Context(), opt)
		},
	}
	c.Flags().StringVar(&arch, "arch", "arm64", "arm64 or amd64")
	c.Flags().StringVar(&opt.Image, "image", "", "the image `file`; default build/image/totem-ARCH.img")
	c.Flags().StringVar(&opt.Out, "out", "", "`folder` of the report; default build/image-test/ARCH")
	c.Flags().StringVar(&opt.Figures, "figures", "", "`file` of the figures; default build/image.json")
	c.Flags().StringVar(&opt.Work, "work", "", "`folder` for disks; default work in the folder of the report")
	c.Flags().BoolVar(&opt.Keep, "keep", false, "leave the disks")
	c.Flags().BoolVar(&opt.Emulated, "emulated", false, "emulate, even where KVM works")
	c.Flags().IntVar(&opt.Width, "width", 0, "of the screen in pixels; default 1080")
	c.Flags().IntVar(&opt.Height, "height", 0, "default 1920")
	c.Flags().Float64Var(&opt.Patience, "patience", 1, "how many times as long as usual things may take, on a busy host")
	c.Flags().IntVar(&opt.Cuts, "cuts", 0, "least number of power cuts; default 200")
	c.Flags().Uint64Var(&opt.Seed, "seed", 1, "of the power cuts' choices")
	return c
}
