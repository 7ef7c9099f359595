<p>Choose a page from the menu.</p>
{$hooked nofilter}
