// Dates of headers (RFC 5322 section 3.3, with the obsolete zones) and of INTERNALDATE. It takes no other shape.

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const DATE =
  /(\d{1,2})[ -]+([a-z]{3})[a-z]*[ -]+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([+-])(\d{2})(\d{2})|([ecmp])([sd])t)?/i;

/** The point in time, or `undefined` where the text is no date. A date without a zone is taken as UTC. */
export function parseDate(text: string | undefined): Date | undefined {
  const found = DATE.exec(text ?? '');
  if (found === null) return undefined;
  const [
    ,
    day,
    month = '',
    years = '',
    hours,
    minutes,
    seconds = 0,
    sign,
    zoneHours,
    zoneMinutes,
    zone,
    season,
  ] = found;
  const at = MONTHS.indexOf(month.toLowerCase());
  if (at < 0 || at % 3 !== 0) return undefined;
  // RFC 5322 section 4.3.
  const short = Number(years);
  const year = years.length > 3 ? short : short + (years.length === 2 && short < 50 ? 2000 : 1900);
  const offset =
    zone !== undefined
      ? ('ecmp'.indexOf(zone.toLowerCase()) + (season === 'd' || season === 'D' ? 4 : 5)) * 60
      : (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * (sign === '-' ? 1 : -1);
  const date = new Date(
    Date.UTC(year, at / 3, Number(day), Number(hours), Number(minutes) + offset, Number(seconds)),
  );
  return Number.isNaN(date.getTime()) ? undefined : date;
}
