// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest in 5 KB: a multiboot program that lists the PCI functions it finds, with the first word behind BAR 0,
 * on COM1 and powers off. It tells in seconds, where a guest kernel takes minutes, whether a device that was given
 * to a nested guest works there.
 *
 *   guest: start
 *   guest: 00:02.0 8086:10d3 class 020000 bar0 feb80000 reads 00140240
 *   guest: end
 *
 * With "stay" on its command line (-append stay) it does not power off but halts.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define MULTIBOOT_MAGIC		0x1badb002u
#define MULTIBOOT_HAS_CMDLINE	0x4u

#define COM1			0x3f8
#define COM_LINE_STATUS		(COM1 + 5)
#define COM_READY		0x20

#define CONFIG_ADDRESS		0xcf8
#define CONFIG_DATA		0xcfc
#define PCI_ID			0x00
#define PCI_COMMAND		0x04
#define PCI_CLASS		0x08
#define PCI_HEADER		0x0c
#define PCI_BAR0		0x10
#define PCI_MULTIFUNCTION	0x800000u
#define PCI_MEMORY_AND_MASTER	0x6u
#define BUSES			8

#define PM_CONTROL_Q35		0x604
#define PM_CONTROL_PC		0xb004
#define PM_POWER_OFF		0x2000

struct multiboot_info {
	u32 flags, mem_lower, mem_upper, boot_device;
	const char *cmdline;
};

__attribute__((section(".multiboot"), used, aligned(4)))
static const u32 header[] = { MULTIBOOT_MAGIC, 0, -MULTIBOOT_MAGIC };

static inline void outb(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline void outw(u16 port, u16 value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
static inline void outl(u16 port, u32 value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }

static inline u8 inb(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u32 inl(u16 port)
{
	u32 value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void put_char(char c)
{
	while (!(inb(COM_LINE_STATUS) & COM_READY))
		;
	outb(COM1, c);
}

static void put(const char *text)
{
	while (*text)
		put_char(*text++);
}

static void put_hex(u32 value, int digits)
{
	while (digits--)
		put_char("0123456789abcdef"[(value >> (digits * 4)) & 15]);
}

struct function {
	u32 bus, device, number;
};

static void config_select(const struct function *f, u32 offset)
{
	outl(CONFIG_ADDRESS, 0x80000000u | f->bus << 16 | f->device << 11 | f->number << 8 | offset);
}

static u32 config_read(const struct function *f, u32 offset)
{
	config_select(f, offset);
	return inl(CONFIG_DATA);
}

static void config_write(const struct function *f, u32 offset, u32 value)
{
	config_select(f, offset);
	outl(CONFIG_DATA, value);
}

static void show(const struct function *f)
{
	u32 id = config_read(f, PCI_ID);
	u32 class = config_read(f, PCI_CLASS) >> 8;
	u32 bar = config_read(f, PCI_BAR0);

	put("guest: ");
	put_hex(f->bus, 2);
	put(":");
	put_hex(f->device, 2);
	put(".");
	put_hex(f->number, 1);
	put(" ");
	put_hex(id & 0xffff, 4);
	put(":");
	put_hex(id >> 16, 4);
	put(" class ");
	put_hex(class, 6);
	put(" bar0 ");
	put_hex(bar, 8);
	if (bar && !(bar & 1) && class >> 8 != 0x0604) {
		config_write(f, PCI_COMMAND, config_read(f, PCI_COMMAND) | PCI_MEMORY_AND_MASTER);
		put(" reads ");
		put_hex(*(volatile u32 *)(bar & ~15u), 8);
	}
	put("\n");
}

void guest_main(const struct multiboot_info *info);

void guest_main(const struct multiboot_info *info)
{
	struct function f;

	put("guest: start\n");
	for (f.bus = 0; f.bus < BUSES; f.bus++) {
		for (f.device = 0; f.device < 32; f.device++) {
			for (f.number = 0; f.number < 8; f.number++) {
				if ((config_read(&f, PCI_ID) & 0xffff) != 0xffff)
					show(&f);
				if (f.number == 0 && !(config_read(&f, PCI_HEADER) & PCI_MULTIFUNCTION))
					break;
			}
		}
	}
	put("guest: end\n");

	/* The program's own name comes first on the command line; "stay" is the last word. */
	if (info->flags & MULTIBOOT_HAS_CMDLINE) {
		const char *end = info->cmdline;

		while (*end)
			end++;
		if (end - info->cmdline >= 4 && end[-4] == 's' && end[-3] == 't' && end[-2] == 'a' && end[-1] == 'y')
			for (;;)
				__asm__ volatile("hlt");
	}
	outw(PM_CONTROL_Q35, PM_POWER_OFF);
	outw(PM_CONTROL_PC, PM_POWER_OFF);
	for (;;)
		__asm__ volatile("hlt");
}

__asm__(".section .text\n"
	".globl _start\n"
	"_start:	mov	$stack_top, %esp\n"
	"	push	%ebx\n"			/* the boot loader's struct multiboot_info */
	"	call	guest_main\n"
	".section .bss\n"
	"	.skip	8192\n"
	"stack_top:\n"
	".text\n");
