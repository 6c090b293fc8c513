/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * factsfile.h - facts, requests and expected findings from a text file
 *
 * A file describes one host and asks it some questions. One statement a line, '#' starts a comment:
 *
 *	xen, xen-no-iommu, xen-unknown		the host is a Xen dom0, without an IOMMU, without the tables
 *	group N [owned]				an IOMMU group; what follows belongs to it
 *	  resv direct|relaxable A-B [shared]	a reserved region
 *	  member FUNCTION			a function in it
 *	fn FUNCTION [group=N] [coherent] [intremap] [reset] [id=V:D] [pin=V:D] [vfs=N] [boot-vga] [protected]
 *	   [in-domain]				a function of the request; what follows belongs to it
 *	  pf FUNCTION	sibling FUNCTION	intx FUNCTION
 *	  resv …				(Xen)
 *	  hop ADDR type=T [id=V:D] [mf] [in-group] [peers-outside] [quirk] [acs=CAP/CTRL | regs=DWORD/DWORD]
 *	  netdev NAME [up] [upper=NAME] [netns]
 *	test SENTENCE				a question: what it shows
 *	claim|release [owner=O] [allow=R,…] [trusted] [same=CLAIM]
 *	expect TEXT				the findings, all of them, in order, see finding_text()
 *	verdict SEVERITY [REASON]		and which one is to blame
 *
 * where FUNCTION is ADDR [class=C] [hdr=N] [driver=D] [managed] [requested] [claim=N] [owner=O], and ACS
 * bits are letters: S(rc-valid) R(eq-redir) C(mplt-redir) U(pstream-fwd), or - for none.
 */
#ifndef FACTSFILE_H
#define FACTSFILE_H

#include "check.h"

#define CASE_EXPECT_MAX 32

/** struct facts_case - one question and the answer to expect */
struct facts_case {
	char *name;
	bool release;
	char owner[HVCLAIM_NAME_MAX + 1];
	uint64_t allow;
	bool trusted;
	uint32_t same;
	char *expect[CASE_EXPECT_MAX];
	unsigned int n_expect;
	char *verdict;
};

/** struct facts_file - one host and the questions to it */
struct facts_file {
	struct hvc_facts facts;
	struct facts_case *cases;
	unsigned int n_cases;
};

/** facts_file_read() - read a file; exits with file and line on a mistake */
void facts_file_read(struct facts_file *f, const char *path);

/** facts_file_free() - free what facts_file_read() allocated */
void facts_file_free(struct facts_file *f);

/** finding_text() - a finding in the words of the files; everything that is set, and nothing else */
void finding_text(const struct hvc_finding *f, char *buf, size_t size);

/** severity_text() - a severity in the words of the files */
const char *severity_text(enum hvclaim_severity severity);

#endif
