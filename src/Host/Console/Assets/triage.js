// Keys of the pages about entities without a ride. What each does is listed on the page, and everything can be done without them.
(() => {
    "use strict";

    // Where a key is a letter, it stays one.
    const isWriting = target => target.closest("input:not([type=checkbox], [type=radio]), select, textarea") !== null;

    const marked = (name, value) => document.querySelector(`[data-triage-${name}="${value}"]`);

    const move = step => {
        const rows = [...document.querySelectorAll("[data-triage-list] tbody tr")];
        const at = rows.indexOf(document.activeElement.closest("tr"));
        const row = at < 0 ? rows.at(step > 0 ? 0 : -1) : rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
        row?.querySelector("a")?.focus();
        return row !== undefined;
    };

    const choose = number => {
        const candidate = marked("candidate", number);
        if (candidate === null || candidate.disabled) {
            return false;
        }

        candidate.checked = true;
        candidate.focus();
        return true;
    };

    const press = key => {
        const element = marked("key", key);
        if (element?.tagName === "A") {
            element.click();
        }

        element?.focus();
        return element !== null;
    };

    const showKeys = () => {
        const keys = document.querySelector("[data-triage-keys]");
        keys.open = !keys.open;
        keys.querySelector("summary").focus();
        return true;
    };

    const act = key => {
        switch (key) {
            case "j": return move(1);
            case "k": return move(-1);
            case "?": return showKeys();
            default: return /^[1-9]$/.test(key) ? choose(key) : /^[macinpr]$/.test(key) && press(key);
        }
    };

    document.addEventListener("keydown", event => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && !isWriting(event.target) && act(event.key)) {
            event.preventDefault();
        }
    });
})();
