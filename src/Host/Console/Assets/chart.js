// Draws what is marked data-chart with ECharts, which is fetched only by pages with a chart. The numbers stand in a table beside it, with or without this.
(() => {
    "use strict";
    const library = document.currentScript.dataset.library;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const drawn = new WeakMap();
    const plots = () => document.querySelectorAll("[data-chart]");
    let loading;

    const load = () => loading ??= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = library;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
    });

    const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

    function option({ at, unit, lines }) {
        const text = colour("--text"), soft = colour("--soft"), line = colour("--line");
        const axis = { axisLabel: { color: soft }, axisLine: { lineStyle: { color: soft } }, splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: soft } };
        return {
            animation: false,
            color: ["--chart-1", "--chart-2", "--chart-3", "--chart-4"].map(colour),
            textStyle: { fontFamily: "system-ui, sans-serif" },
            legend: { show: lines.length > 1, textStyle: { color: text }, top: 0 },
            grid: { left: 8, right: 16, top: lines.length > 1 ? 36 : 28, bottom: 8, containLabel: true },
            // Drawn on the canvas: the page's policy forbids markup with styles.
            tooltip: { trigger: "axis", renderMode: "richText" },
            xAxis: { type: "category", data: at, ...axis },
            yAxis: { type: "value", name: unit, scale: !lines.some(l => l.bars), ...axis },
            series: lines.map(l => ({
                name: l.name, type: l.bars ? "bar" : "line", data: l.values, showSymbol: at.length < 40, connectNulls: false,
                lineStyle: l.dashed ? { type: "dashed" } : {}, stack: l.bars ? "bars" : undefined,
            })),
        };
    }

    async function draw() {
        const all = [...plots()];
        if (all.length === 0) {
            return;
        }

        await load();
        for (const plot of all) {
            const now = plot.dataset.chart + dark.matches;
            if (drawn.get(plot) === now) {
                continue;
            }

            drawn.set(plot, now);
            plot.classList.add("drawn");
            const chart = echarts.getInstanceByDom(plot) ?? echarts.init(plot, null, { renderer: "canvas" });
            chart.setOption(option(JSON.parse(plot.dataset.chart)), true);
        }
    }

    document.addEventListener("renewed", draw);
    dark.addEventListener("change", draw);
    addEventListener("resize", () => plots().forEach(plot => globalThis.echarts?.getInstanceByDom(plot)?.resize()));
    draw();
})();
