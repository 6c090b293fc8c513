// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the options that all commands take, the table of commands, and what is printed from it
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/version.h"
#include "cmd/cmd.h"
#include "cmd/sub.h"
#include "lib/privs.h"

static const struct hvc_cmd *const commands[] = {
	&cmd_info,    &cmd_list, &cmd_check, &cmd_claim, &cmd_release,
	&cmd_monitor, &cmd_rule, &cmd_boot,  &cmd_guest, &cmd_io,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

struct globals globals;

enum {
	KEY_VERSION = 0x1000,
	KEY_COMPLETION,
	KEY_USAGE
};

static const struct argp_option global_options[] = {
	{ "json", 'j', NULL, 0, "print JSON", -2 },
	{ "pretty", 'p', NULL, 0, "print JSON for people", -2 },
	{ "verbose", 'v', NULL, 0, "print notes, too", -2 },
	{ "config", 'c', "FILE", 0, "read FILE instead of /etc/hvclaim/hvclaim.yaml", -2 },
	{ "help", 'h', NULL, 0, "print this help", -1 },
	{ "usage", KEY_USAGE, NULL, OPTION_HIDDEN, "print this help", -1 },
	{ "version", KEY_VERSION, NULL, 0, "print the version", -1 },
	{ "completion", KEY_COMPLETION, NULL, OPTION_HIDDEN, "print the completion for bash", -1 },
	{ 0 },
};

static const struct hvc_cmd *chosen;
static int rest_argc;
static char **rest_argv;

static void print_completion(void);

static void print_options(const struct argp_option *o)
{
	for (; o && (o->name || o->key); o++) {
		char left[64];

		if (o->flags & OPTION_HIDDEN)
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", o->key < 0x100 ? '-' : ' ',
			 o->key < 0x100 ? o->key : ' ', o->key < 0x100 ? "," : " ", o->name,
			 o->arg ? " " : "", o->arg ? o->arg : "");
		printf("  %-26s  %s\n", left, o->doc);
	}
}

static void print_help(const struct hvc_cmd *cmd)
{
	if (cmd) {
		printf("Usage: hvclaim %s%s%s\n\n%s\n", cmd->name, *cmd->args ? " " : "", cmd->args,
		       cmd->doc);
		if (cmd->subs)
			printf("\n");
		for (const struct hvc_sub *s = cmd->subs; s && s->name; s++)
			printf("  %s %s%s%s\n      %s\n", cmd->name, s->name, *s->args ? " " : "", s->args,
			       s->doc);
		if (cmd->more)
			printf("\n%s\n", cmd->more);
		if (cmd->options) {
			printf("\n");
			print_options(cmd->options);
		}
	} else {
		printf("Usage: hvclaim [OPTION…] COMMAND …\n\n"
		       "Takes PCI devices from the host for guests, and gives them back.\n\n");
		for (size_t i = 0; i < N_COMMANDS; i++)
			printf("  %-8s  %s\n", commands[i]->name, commands[i]->doc);
		printf("\n`hvclaim COMMAND --help` tells a command's arguments.\n");
	}
	printf("\n");
	print_options(global_options);
	if (!cmd)
		printf("\nExit status: 0 done, 1 error, 2 usage, 3 refused, 4 busy, 5 pending. See "
		       "hvclaim(8).\n");
}

static error_t parse_global(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case 'j':
		globals.json = true;
		return 0;
	case 'p':
		globals.pretty = true;
		return 0;
	case 'v':
		globals.verbose = true;
		return 0;
	case 'c':
		globals.config = arg;
		return 0;
	case 'h':
	case KEY_USAGE:
		print_help(chosen);
		exit(EXIT_DONE);
	case KEY_VERSION:
		printf("hvclaim %s\n", HVC_VERSION);
		exit(EXIT_DONE);
	case KEY_COMPLETION:
		print_completion();
		exit(EXIT_DONE);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_main(int key, char *arg, struct argp_state *state)
{
	if (key != ARGP_KEY_ARG)
		return parse_global(key, arg, state);
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(arg, commands[i]->name))
			chosen = commands[i];
	if (!chosen)
		usage_error("no command %s; `hvclaim --help` lists them", arg);
	rest_argc = state->argc - state->next + 1;
	rest_argv = state->argv + state->next - 1;
	state->next = state->argc;
	return 0;
}

static error_t parse_nothing(int key, char *arg, struct argp_state *state)
{
	(void)state;
	if (key == ARGP_KEY_ARG)
		usage_error("%s takes no argument: %s", chosen->name, arg);
	return ARGP_ERR_UNKNOWN;
}

static int run(void)
{
	static char program[] = "hvclaim";
	const struct argp common = { .options = global_options, .parser = parse_global };
	const struct argp_child children[] = { { .argp = &common }, { 0 } };
	const struct argp argp = {
		.options = chosen->options,
		.parser = chosen->parse ? chosen->parse : parse_nothing,
		.children = children,
	};
	int rc;

	rest_argv[0] = program;
	if (argp_parse(&argp, rest_argc, rest_argv, ARGP_NO_HELP, NULL, chosen->input))
		return EXIT_USAGE;
	if (!chosen->subs)
		privs_keep(chosen->privs);
	rc = chosen->run();
	if (fflush(stdout) || ferror(stdout)) {
		error_say("standard output: %m");
		return rc ? rc : EXIT_ERROR;
	}
	return rc;
}

int main(int argc, char **argv)
{
	static char program[] = "hvclaim";
	const struct argp argp = { .options = global_options, .parser = parse_main };

	argp_err_exit_status = EXIT_USAGE;
	if (argc)
		argv[0] = program;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, NULL))
		return EXIT_USAGE;
	if (!chosen)
		usage_error("no command given; `hvclaim --help` lists them");
	return run();
}

static void completion_words(const struct argp_option *o)
{
	for (; o && (o->name || o->key); o++)
		if (!(o->flags & OPTION_HIDDEN))
			printf(" --%s", o->name);
}

/* one case a command: its options, and addresses where it takes selectors */
static void print_completion(void)
{
	printf("# bash completion of hvclaim; generated by hvclaim --completion\n"
	       "_hvclaim()\n{\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= words= w\n"
	       "\tfor w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	       "\t\tcase $w in\n\t\t");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("%s%s", i ? "|" : "", commands[i]->name);
	printf(") cmd=$w; break ;;\n\t\tesac\n\tdone\n"
	       "\tcase $prev in\n"
	       "\t-c|--config) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n"
	       "\t--grant) mapfile -t COMPREPLY < <(compgen -u -- \"$cur\"); return ;;\n"
	       "\tesac\n"
	       "\tcase $cmd in\n");
	for (size_t i = 0; i < N_COMMANDS; i++) {
		printf("\t%s) words='", commands[i]->name);
		for (const struct hvc_sub *s = commands[i]->subs; s && s->name; s++)
			printf(" %s", s->name);
		completion_words(commands[i]->options);
		printf("'");
		/* behind a second word addresses stand beside options' names, alone they stand for themselves */
		if (strstr(commands[i]->args, "SELECTOR"))
			printf("\n\t\t[[ $cur == -* ]] || words%s$(command ls /sys/bus/pci/devices "
			       "2>/dev/null)",
			       commands[i]->subs ? "+=\\ " : "=");
		printf(" ;;\n");
	}
	printf("\t'') words='");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("%s%s", i ? " " : "", commands[i]->name);
	printf("' ;;\n\tesac\n\t[[ $cur != -* ]] || words+='");
	completion_words(global_options);
	printf("'\n"
	       "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	       "\tif declare -F __ltrim_colon_completions >/dev/null; then\n"
	       "\t\t__ltrim_colon_completions \"$cur\"\n\tfi\n"
	       "}\ncomplete -F _hvclaim hvclaim\n");
}
