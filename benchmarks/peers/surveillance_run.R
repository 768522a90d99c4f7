# farringtonFlexible of R surveillance (GPL-2) on its own data set salmonella.agona.
suppressMessages(library(surveillance))
data(salmonella.agona)
series <- disProg2sts(salmonella.agona)
weeks <- 270:312
control <- list(
  range = weeks, b = 4, w = 3, reweight = TRUE, weightsThreshold = 2.58, trend = TRUE,
  pThresholdTrend = 0.05, noPeriods = 1, pastWeeksNotIncluded = 3, alpha = 0.01,
  thresholdMethod = "delta", powertrans = "2/3", fitFun = "algo.farrington.fitGLM.flexible"
)
say <- function(text) { cat("\n@", text, "\n", sep = ""); flush(stdout()) }
say(sprintf('{"program": "R surveillance %s"}', packageVersion("surveillance")))
input <- file("stdin", "r")
found <- NULL
while (length(line <- readLines(input, n = 1)) > 0) {
  if (line == "go") {
    start <- proc.time()
    found <- farringtonFlexible(series, control)
    spent <- proc.time() - start
    say(sprintf('{"seconds": %.6f}', spent[["user.self"]] + spent[["sys.self"]]))
  } else {
    number <- function(x) ifelse(is.na(x), "NaN", sprintf("%.10g", x))
    numbers <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
    say(sprintf('{"weeks": %s, "counts": %s, "bounds": %s}', numbers(weeks),
                numbers(observed(series)[, 1]), numbers(upperbound(found)[, 1])))
  }
}
