// Renews what is marked data-live from the page's own address, a second after the last time. A server that does not answer, or a page that failed, is told,
// and asked again: what is shown stays as old as it says.
(() => {
    "use strict";
    const pause = 1000;
    const patience = 10000;
    const notice = document.getElementById("liveness");
    const regions = () => document.querySelectorAll("[data-live]");
    if (!notice || regions().length === 0) {
        return;
    }

    let renewedAt = new Date();
    const say = text => {
        // A screen reader hears of changes only.
        if (notice.textContent !== text) {
            notice.textContent = text;
        }
    };
    const stale = why => say(`Not live since ${renewedAt.toISOString().slice(11, 19)} UTC: ${why}`);

    const edited = field => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
    const morph = {
        ignoreActiveValue: true,
        callbacks: {
            // What somebody has typed stays, and so does a drawing: it is told of its new numbers.
            beforeNodeMorphed: (before, after) => {
                if (before.dataset?.chart && after.dataset?.chart) {
                    before.dataset.chart = after.dataset.chart;
                    return false;
                }

                return !((before instanceof HTMLInputElement || before instanceof HTMLTextAreaElement) && edited(before));
            },
            beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
        },
    };

    async function renew() {
        let answer;
        try {
            answer = await fetch(location.href, { headers: { "X-Live": "1" }, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(patience) });
            if (answer.type === "opaqueredirect") {
                // The session is over; the way to sign in leads back here.
                location.reload();
                return;
            }

            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const found = [...regions()].map(region => [region, page.getElementById(region.id)]);
            if (!answer.ok || found.some(([, now]) => !now)) {
                stale(`the server answered ${answer.status}.`);
                return;
            }

            for (const [region, now] of found) {
                Idiomorph.morph(region, now, morph);
            }

            renewedAt = new Date();
            say("Live");
            document.dispatchEvent(new Event("renewed"));
        } catch {
            stale("the server does not answer.");
        }
    }

    async function keep() {
        for (;;) {
            await new Promise(resolve => setTimeout(resolve, pause));
            if (document.hidden) {
                await new Promise(resolve => document.addEventListener("visibilitychange", resolve, { once: true }));
            }

            await renew();
        }
    }

    keep();
})();
