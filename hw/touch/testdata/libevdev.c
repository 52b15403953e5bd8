/* Says what libevdev makes of a recording: an independent reading for the tests of package touch.
 *
 * libevdev asks a device by ioctl. Here the device is a pipe, and the ioctls are answered below from the description, so that
 * no device of the kernel is needed. Compiled and run by libevdev_test.go:
 *
 *     libevdev description events     both as evemu writes them
 *
 * For each SYN_REPORT it writes the time in microseconds and, for each slot with a contact, "id x y". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <linux/input.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char bits[EV_CNT][KEY_CNT / 8], props[INPUT_PROP_CNT / 8];
static int used[EV_CNT], props_used;
static struct input_absinfo axes[ABS_CNT];

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	va_start(args, request);
	void *to = va_arg(args, void *);
	va_end(args);
	unsigned size = _IOC_SIZE(request), number = _IOC_NR(request);

	(void)fd;
	if (number == _IOC_NR(EVIOCGVERSION)) {
		*(int *)to = EV_VERSION;
		return 0;
	}
	if (number >= 0x40 && number < 0x40 + ABS_CNT && _IOC_DIR(request) == _IOC_READ) {
		memcpy(to, &axes[number - 0x40], sizeof axes[0]);
		return 0;
	}
	if (number == _IOC_NR(EVIOCGMTSLOTS(0))) {
		int *values = to;
		for (unsigned i = 1; i < size / 4; i++)
			values[i] = values[0] == ABS_MT_TRACKING_ID ? -1 : 0;
		return 0;
	}
	if (to && size && _IOC_DIR(request) == _IOC_READ)
		memset(to, 0, size);
	if (number == _IOC_NR(EVIOCGPROP(0)))
		memcpy(to, props, size < sizeof props ? size : sizeof props);
	if (number >= 0x20 && number < 0x20 + EV_CNT) {
		unsigned char *set = bits[number - 0x20];
		memcpy(to, set, size < sizeof bits[0] ? size : sizeof bits[0]);
	}
	if (number == _IOC_NR(EVIOCGPHYS(0)) || number == _IOC_NR(EVIOCGUNIQ(0))) {
		errno = ENOENT;
		return -1;
	}
	return 0;
}

static void describe(const char *path)
{
	char line[512];
	unsigned type, code, b[8];
	FILE *f = fopen(path, "r");

	if (!f)
		exit(2);
	while (fgets(line, sizeof line, f)) {
		struct input_absinfo a = {0};
		if (sscanf(line, "P: %x %x %x %x %x %x %x %x", b, b + 1, b + 2, b + 3, b + 4, b + 5, b + 6, b + 7) == 8) {
			for (int i = 0; i < 8 && props_used < (int)sizeof props; i++)
				props[props_used++] = b[i];
		} else if (sscanf(line, "B: %x %x %x %x %x %x %x %x %x", &type, b, b + 1, b + 2, b + 3, b + 4, b + 5, b + 6, b + 7) == 9 && type < EV_CNT) {
			for (int i = 0; i < 8 && used[type] < (int)sizeof bits[0]; i++)
				bits[type][used[type]++] = b[i];
		} else if (sscanf(line, "A: %x %d %d %d %d %d", &code, &a.minimum, &a.maximum, &a.fuzz, &a.flat, &a.resolution) >= 5 && code < ABS_CNT) {
			axes[code] = a;
		}
	}
	fclose(f);
	for (type = EV_KEY; type < EV_CNT; type++) /* the set of types, which evemu writes as the codes of type 0 */
		for (int i = 0; i < used[type]; i++)
			if (bits[type][i])
				bits[0][type / 8] |= 1 << type % 8;
}

int main(int argc, char **argv)
{
	struct libevdev *dev = NULL;
	char line[512];
	int pipes[2];
	FILE *f;

	if (argc != 3 || pipe2(pipes, O_NONBLOCK))
		return 2;
	describe(argv[1]);
	if (libevdev_new_from_fd(pipes[0], &dev) || !(f = fopen(argv[2], "r")))
		return 2;
	while (fgets(line, sizeof line, f)) {
		struct input_event in = {0}, out;
		long sec, usec;
		unsigned type, code;
		int value;

		if (sscanf(line, "E: %ld.%ld %x %x %d", &sec, &usec, &type, &code, &value) != 5)
			continue;
		in.input_event_sec = sec;
		in.input_event_usec = usec;
		in.type = type;
		in.code = code;
		in.value = value;
		if (write(pipes[1], &in, sizeof in) != sizeof in)
			return 2;
		while (libevdev_next_event(dev, LIBEVDEV_READ_FLAG_NORMAL, &out) == LIBEVDEV_READ_STATUS_SUCCESS) {
			if (!libevdev_event_is_code(&out, EV_SYN, SYN_REPORT))
				continue;
			printf("%lld", out.input_event_sec * 1000000LL + out.input_event_usec);
			for (int slot = 0; slot < libevdev_get_num_slots(dev); slot++) {
				int id = libevdev_get_slot_value(dev, slot, ABS_MT_TRACKING_ID);
				if (id >= 0)
					printf(" %d %d %d", id, libevdev_get_slot_value(dev, slot, ABS_MT_POSITION_X),
					       libevdev_get_slot_value(dev, slot, ABS_MT_POSITION_Y));
			}
			printf("\n");
		}
	}
	libevdev_free(dev);
	return 0;
}
