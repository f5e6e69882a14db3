import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "react";
import { Skeleton } from "@/components/ui/States";
import { classes } from "@/lib/classes";

const loadEngine = () => import("./engine");

/** Begins to load what draws charts, for screens that will show one once they have its data. */
export function preloadCharts(): void {
  void loadEngine();
}

interface Props {
  option: EChartsCoreOption;
  /** What the chart shows, for those who do not see it. */
  label: string;
  className: string;
  /** Called with the value of the first axis under the pointer; an index on a category axis. */
  onHover?: (value: number | undefined) => void;
  /** Called with the index of the data that was chosen. */
  onChoose?: (index: number) => void;
  /** Called with the values of the first axis that zooming or panning came to. */
  onZoom?: (from: number, to: number) => void;
}

interface AxisPointerEvent {
  axesInfo?: { value: number }[];
}

/** An ECharts chart, drawn on a canvas; its values are read from a readout and a table beside it. */
export function EChart({ option, label, className, ...handlers }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const latest = useRef(handlers);
  const [chart, setChart] = useState<EChartsType>();

  useEffect(() => {
    latest.current = handlers;
  });

  useEffect(() => {
    let made: EChartsType | undefined;
    let isGone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void loadEngine().then(({ init }) => {
      const element = holder.current;
      if (isGone || !element) return;
      made = init(element, undefined, { renderer: "canvas" });
      observer.observe(element);
      made.on("updateAxisPointer", (event) => {
        latest.current.onHover?.((event as AxisPointerEvent).axesInfo?.[0]?.value);
      });
      made.on("globalout", () => latest.current.onHover?.(undefined));
      made.getZr().on("mouseout", () => latest.current.onHover?.(undefined));
      made.on("click", (event) => {
        latest.current.onChoose?.(event.dataIndex);
      });
      made.on("datazoom", () => {
        const { dataZoom } = made?.getOption() as {
          dataZoom?: { startValue: number; endValue: number }[];
        };
        const zoom = dataZoom?.[0];
        if (zoom) latest.current.onZoom?.(zoom.startValue, zoom.endValue);
      });
      setChart(made);
    });
    return () => {
      isGone = true;
      observer.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    chart?.setOption(option, { notMerge: false, replaceMerge: ["series"], lazyUpdate: true });
  }, [chart, option]);

  return (
    <div className={classes("relative", className)}>
      <div ref={holder} role="img" aria-label={label} className="size-full" />
      {!chart && <Skeleton className="absolute inset-0" />}
    </div>
  );
}
