(function () {
    'use strict';
    var root = document.querySelector('.ostor');
    var status = root.querySelector('[role=status]');
    function ready(part) {
        if (navigator.clipboard) {
            part.querySelectorAll('[data-ostor-copy]').forEach(function (button) {
                button.hidden = false;
                button.addEventListener('click', function () {
                    navigator.clipboard.writeText(button.parentNode.querySelector('code').textContent).then(function () {
                        status.textContent = '';
                        status.textContent = root.getAttribute('data-ostor-copied');
                    });
                });
            });
        }
        // Shows the secrets of the page the form leads to in the place of the form.
        part.querySelectorAll('form[data-ostor-reveal]').forEach(function (form) {
            form.addEventListener('submit', function (event) {
                if (!window.fetch || !window.DOMParser || !window.URLSearchParams) {
                    return;
                }
                event.preventDefault();
                fetch(form.action, {
                    method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin', cache: 'no-store'
                }).then(function (answer) {
                    return answer.text();
                }).then(function (html) {
                    var page = new DOMParser().parseFromString(html, 'text/html');
                    var found = document.importNode(page.querySelector('[data-ostor-pairs]'), true);
                    form.parentNode.replaceChild(found, form);
                    ready(found);
                    found.focus();
                    // Going back may bring a page as it was left.
                    window.addEventListener('pagehide', function () {
                        found.replaceWith(form);
                    });
                }).catch(function () {
                    form.submit();
                });
            });
        });
    }
    ready(root);
}());
