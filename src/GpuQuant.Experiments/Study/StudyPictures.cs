namespace GpuQuant.Experiments;

/// <summary>The pictures of a study, those for which it has data.</summary>
internal static class StudyPictures
{
    /// <summary>Writes each as PNG and SVG.</summary>
    /// <returns>The SVG files, with what each shows.</returns>
    public static IReadOnlyList<(string Path, string Caption)> Write(StudyAnswers answers, string folder)
    {
        var pictures = new List<(string, string)>();
        if (answers.Rq1.Rows.Any(row => !row.IsReference))
        {
            Add("rq1", "Disagreements by test set and deployment, in percent", path => Rq1Picture.Write(answers.Rq1, path));
            Add("accuracy", "The float model's accuracy against disagreement", path => AccuracyPicture.Write(answers.Rq1, path));
        }
        if (SeverityPicture.IsFor(answers.Rq1))
            Add("severity", "Disagreement against the severity of shifts", path => SeverityPicture.Write(answers.Rq1, path));
        if (answers.Rq3.Rows.Any(row => row.Result is not null))
            Add("roc", "How the four uncertainties tell disagreeing inputs", path => RocPicture.Write(answers.Rq3, path));
        if (answers.Rq4.Rows.Count > 0)
            Add("retraining", "Disagreements before and after training further", path => RetrainingPicture.Write(answers.Rq4, path));
        return pictures;

        void Add(string name, string caption, Action<string> write)
        {
            var path = Path.Combine(folder, name);
            write(path);
            pictures.Add((path + ".svg", caption));
        }
    }
}
