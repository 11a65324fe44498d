namespace ThemePark.Modules.Storage.Growth;

/// <summary>
/// Values by their rank, without sorting: a trend asks for the middle of tens of thousands of slopes, and a page asks for some hundred trends. What is given is
/// put in another order.
/// </summary>
internal static class Ranks
{
    /// <summary>The middle value; of an even number the mean of the two.</summary>
    public static double Median(Span<double> values)
    {
        var middle = values.Length / 2;
        var upper = At(values, middle);
        // What is in front of it is no greater.
        return values.Length % 2 == 1 ? upper : (Greatest(values[..middle]) + upper) / 2;
    }

    /// <param name="values">At least one.</param>
    /// <param name="share">0 is the least, 1 the greatest.</param>
    public static double Quantile(Span<double> values, double share) => At(values, (int)Math.Round(share * (values.Length - 1)));

    /// <summary>The value that would be at the index if they were sorted (Hoare's selection).</summary>
    private static double At(Span<double> values, int index)
    {
        var (low, high) = (0, values.Length - 1);
        // Halves more often than this are no halves: then sorting is quicker.
        for (var patience = 2 * double.ILogB(values.Length + 1); high > low; patience--)
        {
            if (patience < 0)
            {
                values[low..(high + 1)].Sort();
                break;
            }

            var pivot = MiddleOf(values[low], values[low + ((high - low) / 2)], values[high]);
            var (left, right) = (low, high);
            while (left <= right)
            {
                while (values[left] < pivot)
                {
                    left++;
                }

                while (values[right] > pivot)
                {
                    right--;
                }

                if (left <= right)
                {
                    (values[left], values[right]) = (values[right], values[left]);
                    left++;
                    right--;
                }
            }

            // Between the two are values equal to the pivot.
            if (index <= right)
            {
                high = right;
            }
            else if (index >= left)
            {
                low = left;
            }
            else
            {
                break;
            }
        }

        return values[index];
    }

    private static double MiddleOf(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    private static double Greatest(ReadOnlySpan<double> values)
    {
        var greatest = values[0];
        foreach (var value in values)
        {
            greatest = Math.Max(greatest, value);
        }

        return greatest;
    }
}
