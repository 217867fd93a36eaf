// What our pages use of htm with preact, for the type check. Written by us.
export interface VNode {
  type: unknown;
}
export type Children = VNode | string | number | boolean | null | undefined | Children[];
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
export function render(node: Children, parent: Element): void;
export function useState<T>(first: T | (() => T)): [T, (next: T | ((last: T) => T)) => void];
export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useRef<T>(first: T): { current: T };
