// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind.c - the steps that move one function between drivers
 *
 * The only file that takes device_lock (through the driver core), and therefore the only one that can
 * get stuck behind a host driver.
 */
#include <linux/aperture.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>

#include "bind.h"
#include "claim.h"
#include "compat/override.h"

static int hvc_fn_done(struct hvc_claim_fn *fn, enum hvclaim_fn_state state, int err)
{
	hvc_fn_set_state(fn, state, err);
	return err;
}

/* Has it left the bus, or is that why the driver core took no driver for it? */
static bool hvc_fn_vanished(struct hvc_claim_fn *fn, int err)
{
	return hvc_dev_gone(fn->dev) || (err == -ENODEV && hvc_dev_going(fn->dev));
}

static bool hvc_fn_bound_to(struct hvc_claim_fn *fn, const char *driver)
{
	char now[HVCLAIM_NAME_MAX + 1];

	hvc_dev_driver(fn->dev, now);
	return !strcmp(now, driver);
}

static int hvc_fn_save(struct hvc_claim_fn *fn)
{
	char driver[HVCLAIM_NAME_MAX + 1], override[HVCLAIM_NAME_MAX + 1];
	int err;

	/* one that came back goes to the driver that it had when it was claimed */
	if (fn->saved)
		return 0;
	err = hvc_override_get(fn->dev->pdev, override, sizeof(override));
	if (err)
		return err;
	/* the override of a claim that somebody ended by unloading us at the wrong time is not the host's */
	if (!strcmp(override, HVC_PARKED))
		override[0] = '\0';
	hvc_dev_driver(fn->dev, driver);
	return hvc_fn_remember(fn, driver, override);
}

int hvc_fn_unbind(struct hvc_claim_fn *fn)
{
	struct pci_dev *pdev = fn->dev->pdev;
	enum hvclaim_fn_state before = HVCLAIM_FN_STATE_UNTOUCHED;
	int err;

	/* what was parked when it appeared is ours to give back, whatever fails here */
	if (fn->state == HVCLAIM_FN_STATE_PARKED)
		before = HVCLAIM_FN_STATE_PARKED;
	hvc_fn_set_state(fn, HVCLAIM_FN_STATE_UNBINDING, 0);
	if (hvc_dev_gone(fn->dev))
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_GONE, -ENODEV);
	err = hvc_fn_save(fn);
	if (err)
		return hvc_fn_done(fn, before, err);
	if (hvc_fn_bound_to(fn, fn->claim->driver))
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_PARKED, 0);

	/* first the override, so that no other driver takes it when this one lets go */
	err = hvc_override_set(pdev, HVC_PARKED);
	if (err)
		return hvc_fn_done(fn, before, err);
	device_release_driver(&pdev->dev);
	return hvc_fn_done(fn, HVCLAIM_FN_STATE_PARKED, 0);
}

int hvc_fn_bind(struct hvc_claim_fn *fn)
{
	struct hvc_claim *claim = fn->claim;
	struct pci_dev *pdev = fn->dev->pdev;
	int err;

	hvc_fn_set_state(fn, HVCLAIM_FN_STATE_BINDING, 0);
	if (hvc_dev_gone(fn->dev))
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_GONE, -ENODEV);
	err = hvc_override_set(pdev, claim->driver);
	if (err)
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_PARKED, err);
	if (!hvc_fn_bound_to(fn, claim->driver)) {
		/* vfio-pci does this for class 0300 only; other display controllers may hold one, too */
		if (pdev->class >> 16 == PCI_BASE_CLASS_DISPLAY && !claim->backend->trusted)
			err = aperture_remove_conflicting_pci_devices(pdev, claim->driver);
		if (!err)
			err = device_driver_attach(claim->drv, &pdev->dev);
		if (err && hvc_fn_vanished(fn, err))
			return hvc_fn_done(fn, HVCLAIM_FN_STATE_GONE, -ENODEV);
		if (err)
			return hvc_fn_done(fn, HVCLAIM_FN_STATE_PARKED, err);
	}
	fn->was_held = true;
	/* with it, "xl pci-assignable-remove -r" could not bind the host's driver */
	if (claim->backend->remembers)
		err = hvc_override_set(pdev, fn->host_override);
	return hvc_fn_done(fn, HVCLAIM_FN_STATE_HELD, err);
}

/* Any driver that wants it, but not the backend's, which may remember it */
static int hvc_host_attach_any(struct hvc_claim_fn *fn)
{
	struct device *dev = &fn->dev->pdev->dev;
	struct device_driver *drv;
	unsigned int i;
	int err = 1;

	if (!fn->claim->backend->remembers) {
		err = device_attach(dev);
		return err < 0 ? err : 0;
	}
	for (i = 0; err && (drv = hvc_driver_match(fn->dev->pdev, fn->claim->driver, i)); i++) {
		err = device_driver_attach(drv, dev);
		module_put(drv->owner);
	}
	return 0;
}

/*
 * The driver that it had, by name: a plain probe would let whoever matches first have it, vfio-pci
 * itself when somebody wrote these ids to its new_id.
 */
static int hvc_host_attach(struct hvc_claim_fn *fn)
{
	struct device *dev = &fn->dev->pdev->dev;
	struct device_driver *drv;
	int err;

	if (*fn->host_driver && hvc_fn_bound_to(fn, fn->host_driver))
		return 0;
	if (*fn->host_driver) {
		drv = hvc_driver_load(fn->host_driver);
		if (drv && dev->bus->match(dev, drv)) {
			err = device_driver_attach(drv, dev);
			module_put(drv->owner);
			/* a driver that was loaded just now may have found it by itself */
			return hvc_fn_bound_to(fn, fn->host_driver) ? 0 : err;
		}
		/* it had come to it by an override or a dynamic id that is gone */
		pci_warn(fn->dev->pdev, "hvclaim: its driver %s %s any more\n", fn->host_driver,
			 drv ? "does not take it" : "is not there");
		if (drv)
			module_put(drv->owner);
	}
	return hvc_host_attach_any(fn);
}

/*
 * pci_reset_function() locks the bridge above (since 6.12), and all virtual functions of a device have the
 * same one: 64 of them would wait 64 times the 100 ms that a function-level reset takes. It needs that lock
 * for bus resets only, which no virtual function is reset by, so this does the same without it.
 */
static int hvc_reset_vf(struct pci_dev *pdev)
{
	int err;

	device_lock(&pdev->dev);
	pci_cfg_access_lock(pdev);
	pci_save_state(pdev);
	/* neither DMA nor interrupts until somebody drives it again */
	pci_write_config_word(pdev, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE);
	err = pcie_reset_flr(pdev, PCI_RESET_DO_RESET);
	pci_restore_state(pdev);
	pci_cfg_access_unlock(pdev);
	device_unlock(&pdev->dev);
	return err;
}

static int hvc_reset(struct pci_dev *pdev)
{
	if (pdev->is_virtfn && pdev->reset_methods[0] && !pcie_reset_flr(pdev, PCI_RESET_PROBE))
		return hvc_reset_vf(pdev);
	return pci_reset_function(pdev);
}

static int hvc_fn_reset(struct hvc_claim_fn *fn)
{
	struct hvc_claim *claim = fn->claim;
	struct pci_dev *pdev = fn->dev->pdev;
	int err;

	hvc_fn_set_state(fn, HVCLAIM_FN_STATE_RESETTING, 0);
	/* unbound functions are left in D3hot, and their link may be down (D3cold) */
	err = pm_runtime_resume_and_get(&pdev->dev);
	if (!err) {
		err = hvc_reset(pdev);
		pm_runtime_put(&pdev->dev);
	}
	if (err && (claim->allow | claim->release_allow) & BIT_ULL(HVCLAIM_REASON_NO_RESET))
		err = 0;
	return err;
}

/* Parked when it appeared, and not any more: vfio-pci's own notifier has it for the guest that has the PF */
static bool hvc_fn_captured(struct hvc_claim_fn *fn)
{
	char override[HVCLAIM_NAME_MAX + 1];

	return !fn->saved && !hvc_override_get(fn->dev->pdev, override, sizeof(override)) &&
	       strcmp(override, HVC_PARKED);
}

static int hvc_fn_give_back(struct hvc_claim_fn *fn, bool reset)
{
	struct pci_dev *pdev = fn->dev->pdev;
	bool again = fn->state == HVCLAIM_FN_STATE_FAILED;
	char now[HVCLAIM_NAME_MAX + 1];
	int err;

	if (hvc_dev_gone(fn->dev))
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_GONE, 0);
	if (hvc_fn_captured(fn))
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_RESTORED, 0);
	hvc_dev_driver(fn->dev, now);
	if (*now && strcmp(now, fn->claim->driver) && (again || fn->was_held)) {
		/* somebody rebound it by hand, and that stands */
		err = hvc_override_set(pdev, fn->host_override);
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_RESTORED, err);
	}

	if (strcmp(fn->host_driver, fn->claim->driver) || reset) {
		hvc_fn_set_state(fn, HVCLAIM_FN_STATE_UNBINDING, 0);
		err = hvc_override_set(pdev, HVC_PARKED);
		if (err)
			return hvc_fn_done(fn, HVCLAIM_FN_STATE_FAILED, err);
		device_release_driver(&pdev->dev);
	}
	if (reset && fn->was_held) {
		err = hvc_fn_reset(fn);
		if (err && hvc_fn_vanished(fn, err))
			return hvc_fn_done(fn, HVCLAIM_FN_STATE_GONE, 0);
		if (err)
			return hvc_fn_done(fn, HVCLAIM_FN_STATE_FAILED, err);
		fn->was_held = false;
	}

	hvc_fn_set_state(fn, HVCLAIM_FN_STATE_RESTORING, 0);
	err = hvc_override_set(pdev, fn->host_override);
	if (!err)
		err = hvc_host_attach(fn);
	if (hvc_fn_vanished(fn, err))
		return hvc_fn_done(fn, HVCLAIM_FN_STATE_GONE, 0);
	return hvc_fn_done(fn, err ? HVCLAIM_FN_STATE_FAILED : HVCLAIM_FN_STATE_RESTORED, err);
}

int hvc_fn_rollback(struct hvc_claim_fn *fn)
{
	return hvc_fn_give_back(fn, false);
}

int hvc_fn_restore(struct hvc_claim_fn *fn)
{
	return hvc_fn_give_back(fn, true);
}
