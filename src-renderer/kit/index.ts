export { chartState, ChartFrame, TwinTable } from './ChartFrame.tsx';
export type { ChartFrameProps, Twin } from './ChartFrame.tsx';
export { Button, Check, Door, Finding, IconButton, Segmented, Select, Sentence, TextField } from './controls.tsx';
export type { Choice } from './controls.tsx';
export { copyText, toCsv, toTsv } from './csv.ts';
export { Dialog } from './Dialog.tsx';
export {
  currencyDecimals,
  formatBytes,
  formatCount,
  formatDay,
  formatDays,
  formatMoney,
  formatNumber,
  formatPoints,
  formatSeconds,
  formatShare,
  formatValue,
  moneyValue,
  UNKNOWN,
} from './format.ts';
export type { MoneyLike, ValueKind } from './format.ts';
export { Icon } from './Icon.tsx';
export { Isolated } from './Isolated.tsx';
export {
  capital,
  Direction,
  RUNG_ORDER,
  RungBadge,
  rungFill,
  TEAM_ORDER,
  teamFill,
  TeamMark,
  TeamShape,
  tokenColour,
} from './marks.tsx';
export type { RungName, TeamName } from './marks.tsx';
export { useRemembered } from './memory.ts';
export { MenuButton, MenuList } from './Menu.tsx';
export type { MenuItem } from './Menu.tsx';
export { Crumbs, SideRow, SideSection, ViewControls } from './slots.tsx';
export { Splitter } from './Splitter.tsx';
export { Answer, EmptyState, ErrorState, Loading, Progress } from './states.tsx';
export type { EmptyStateProps } from './states.tsx';
export { DataTable } from './table/DataTable.tsx';
export type { CellData, Column, DataTableProps, SortState } from './table/types.ts';
export { moveAlong, moveAmongRows, Tabs } from './Tabs.tsx';
export type { TabItem } from './Tabs.tsx';
export { useSize } from './useSize.ts';
