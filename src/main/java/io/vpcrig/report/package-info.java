/**
 * Pages for people: what a replay, a bench or a comparison of rules found, each as one HTML file
 * that needs nothing beside it, no network, no server.
 *
 * <p>Place in the way: behind its end. {@link io.vpcrig.report.TrafficSink} looks at finished
 * frames and {@link io.vpcrig.report.SessionSeries} at the tables of sessions, only where a page
 * was asked for; the pages of {@code bench} and {@code diff} are made from those verbs' JSON alone.
 * Level 4, beside {@code query} and {@code bench}: it reads columns of frames and a compiled
 * snapshot, and is put together with readers, verbs and results by {@code cli} only.
 *
 * <p>How a page is made: {@code page.html} with the style, the scripts and one block of JSON filled
 * in. What to draw is decided in the page's scripts, every text gets there as text and never as
 * markup, and a content security policy lets nothing run but the scripts whose digests it names,
 * nor load anything at all. So a name in a VPC file can't do anything, and no page calls home.
 *
 * <p>Thread: sinks belong to the writer, series of sessions to the workers; everything else runs
 * once, at the end. Never: keeps frames, grows with the length of a capture, opens or writes a
 * file.
 *
 * <p>Why uPlot draws the curves: 50 kB with logarithmic axes, read on a phone, redrawn at once when
 * the colours change; ECharts has 1 MB for kinds of charts that tables with bars, which print and
 * can be read aloud, do as well. Why totals are exact and only the rows of the largest talkers may
 * be short: a table for every address of a large capture has no bound, and the error of those that
 * are kept is known and told.
 */
package io.vpcrig.report;
